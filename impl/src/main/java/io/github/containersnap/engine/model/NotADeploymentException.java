package io.github.containersnap.engine.model;

import java.util.List;
import java.util.stream.Collectors;

/** What was named is not a deployment of this machine. */
public final class NotADeploymentException extends UpdateException {
  private static final long serialVersionUID = 1L;

  private NotADeploymentException(String message) {
    super(message, "`container-snap list-snapshots` prints the deployments of this machine.");
  }

  /** {@code text} does not have the form of an id. */
  public static NotADeploymentException badForm(String text) {
    return new NotADeploymentException(
        ("'%s' is not a deployment id (64 hex digits or at least the first 4, then perhaps -workN),"
                + " nor current, default, fallback or pending.")
            .formatted(text));
  }

  /** No id begins with {@code text}. */
  public static NotADeploymentException noneBeginsWith(String text) {
    return new NotADeploymentException("No deployment's id begins with %s.".formatted(text));
  }

  /** Several ids begin with {@code text}. */
  public static NotADeploymentException severalBeginWith(String text, List<DeploymentId> ids) {
    return new NotADeploymentException(
        "%d deployments begin with %s: %s. Type more of the id."
            .formatted(
                ids.size(),
                text,
                ids.stream().map(DeploymentId::shortForm).collect(Collectors.joining(", "))));
  }

  /** The default runs already, or would, if the system did. */
  public static NotADeploymentException nonePending() {
    return new NotADeploymentException("No deployment is pending: the default is current.");
  }

  /** No deployment of this machine has the id {@code id}. */
  public static NotADeploymentException unknown(DeploymentId id) {
    return new NotADeploymentException("There is no deployment %s.".formatted(id));
  }

  /** There is none that is {@code what}, such as "default". */
  public static NotADeploymentException none(String what) {
    return new NotADeploymentException("No deployment is the %s.".formatted(what));
  }

  /** The boot menu has no fallback. */
  public static NotADeploymentException noFallback() {
    return new NotADeploymentException("There is no fallback to roll back to.");
  }
}

package io.github.containersnap.engine.model;

/** What was named is not a deployment of this machine. */
public final class NotADeploymentException extends UpdateException {
  private static final long serialVersionUID = 1L;

  private NotADeploymentException(String message) {
    super(message, "`container-snap list-snapshots` prints the deployments of this machine.");
  }

  /** {@code text} does not have the form of an id. */
  public static NotADeploymentException badForm(String text) {
    return new NotADeploymentException(
        "'%s' is not a deployment id (64 hex digits, then perhaps -workN).".formatted(text));
  }

  /** There is no deployment by that id. */
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

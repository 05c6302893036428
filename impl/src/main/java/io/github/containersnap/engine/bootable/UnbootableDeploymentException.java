package io.github.containersnap.engine.bootable;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.UpdateException;
import java.util.List;

/** A deployment that could not boot as it is now: perhaps work in it was left half done. */
public final class UnbootableDeploymentException extends UpdateException {
  private static final long serialVersionUID = 1L;

  /** {@code id} cannot boot because of {@code problems}, each a part of a sentence. */
  public UnbootableDeploymentException(DeploymentId id, List<String> problems) {
    super(
        "Deployment %s cannot boot: %s.".formatted(id.shortForm(), String.join("; ", problems)),
        "What boots next is unchanged. Repair it, or delete it and make a new snapshot.");
  }
}

package io.github.containersnap.engine.deployment;

import io.github.containersnap.engine.model.UpdateException;
import java.nio.file.Path;

/** The machine lacks the layout that deployments live in. */
public final class NotInitializedException extends UpdateException {
  private static final long serialVersionUID = 1L;

  /** {@code missing} is not there. */
  public NotInitializedException(Path missing) {
    super(
        "This is not a container-snap system yet: %s does not exist.".formatted(missing),
        "`container-snap adopt` makes a deployment of the system that runs; `container-snap"
            + " install` makes a disk that boots an image; `container-snap init` prepares an empty"
            + " btrfs.");
  }
}

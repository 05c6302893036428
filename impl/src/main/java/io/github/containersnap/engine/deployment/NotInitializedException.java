package io.github.containersnap.engine.deployment;

import io.github.containersnap.engine.model.UpdateException;
import java.nio.file.Path;

/** The machine lacks the layout that deployments live in. */
public final class NotInitializedException extends UpdateException {
  private static final long serialVersionUID = 1L;

  /** {@code missing} is not there. */
  public NotInitializedException(Path missing) {
    super(
        "%s does not exist: this system has no deployments yet.".formatted(missing),
        "Run `container-snap adopt` to keep the system that runs, or `container-snap init` first.");
  }
}

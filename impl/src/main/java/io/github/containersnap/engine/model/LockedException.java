package io.github.containersnap.engine.model;

import java.nio.file.Path;

/** Another container-snap is at work on this machine. */
public final class LockedException extends UpdateException {
  private static final long serialVersionUID = 1L;

  /** {@code holder} describes who holds the lock {@code file}. */
  public LockedException(Path file, String holder) {
    super(
        "Another container-snap is at work (%s is held by %s).".formatted(file, holder),
        "Wait until it has ended, then try again. Nothing was changed.");
  }
}

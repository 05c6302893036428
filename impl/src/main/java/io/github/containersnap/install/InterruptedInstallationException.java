package io.github.containersnap.install;

import io.github.containersnap.engine.model.UpdateException;

/** Somebody pressed Ctrl-C, or ended this process in another orderly way. */
public final class InterruptedInstallationException extends UpdateException {
  private static final long serialVersionUID = 1L;

  InterruptedInstallationException() {
    super("The installation was interrupted.", "Install again when you like.");
  }
}

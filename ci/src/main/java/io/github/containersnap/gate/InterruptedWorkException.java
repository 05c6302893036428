package io.github.containersnap.gate;

/** The work was told to stop; {@link Interruption} says so to the person. */
final class InterruptedWorkException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InterruptedWorkException() {
    super("The work was interrupted.");
  }
}

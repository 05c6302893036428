package io.github.containersnap.gate.terminal;

/** The work was told to stop; {@link SignalHandler} says so to the person. */
public final class InterruptedWorkException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The work that a signal has interrupted. */
  public InterruptedWorkException() {
    super("The work was interrupted.");
  }
}

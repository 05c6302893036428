package io.github.containersnap.gate.run;

/** What was given to the gate cannot be used. */
public final class UnusableInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * An input that the gate refuses.
   *
   * @param message what is wrong with it, and what to do
   */
  public UnusableInputException(String message) {
    super(message);
  }
}

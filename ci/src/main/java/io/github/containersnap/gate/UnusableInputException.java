package io.github.containersnap.gate;

/** What was given to the gate cannot be used. */
final class UnusableInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnusableInputException(String message) {
    super(message);
  }
}

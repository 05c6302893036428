package io.github.containersnap.gate;

/** This machine cannot run the check. The message says what is missing, as whole sentences. */
final class UnfitMachineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnfitMachineException(String message) {
    super(message);
  }
}

package io.github.containersnap.gate.run;

/** This machine cannot run the check. The message says what is missing, as whole sentences. */
public final class UnfitMachineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * A machine that cannot run the gate.
   *
   * @param message what it lacks, and what to do
   */
  public UnfitMachineException(String message) {
    super(message);
  }
}

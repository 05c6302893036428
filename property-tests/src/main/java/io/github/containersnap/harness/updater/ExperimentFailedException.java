package io.github.containersnap.harness.updater;

/** The experiment could not be made, or what was made is no experiment. */
public final class ExperimentFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With one sentence of what went wrong. */
  public ExperimentFailedException(String message) {
    super(message);
  }
}

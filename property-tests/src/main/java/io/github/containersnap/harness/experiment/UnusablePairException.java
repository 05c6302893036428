package io.github.containersnap.harness.experiment;

/** The images, or the disk that was asked for, do not allow the update even when all goes well. */
public final class UnusablePairException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With one sentence of what went wrong. */
  public UnusablePairException(String message) {
    super(message);
  }
}

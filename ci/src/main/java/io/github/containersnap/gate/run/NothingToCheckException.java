package io.github.containersnap.gate.run;

/** The two images are the same, so there is no update to check: neither a pass nor a failure. */
public final class NothingToCheckException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * A pair that is one image.
   *
   * @param message a sentence that says so
   */
  public NothingToCheckException(String message) {
    super(message);
  }
}

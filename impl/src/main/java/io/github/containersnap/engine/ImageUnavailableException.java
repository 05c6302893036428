package io.github.containersnap.engine;

/** The image could not be had: not found, refused, cut off, damaged on the way. */
public final class ImageUnavailableException extends UpdateException {
  private static final long serialVersionUID = 1L;

  /** Getting {@code reference} failed with {@code cause}. */
  public ImageUnavailableException(ImageReference reference, Throwable cause) {
    super(
        "The image %s could not be had: %s".formatted(reference, cause.getMessage()),
        "Check the reference and the connection, then update again; what arrived whole is not"
            + " fetched twice. The running system is unchanged.",
        cause);
  }
}

package io.github.containersnap.vm.images.build;

/** An image of our own could not be made on this machine. The message says what to do. */
public final class ImageBuildException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ImageBuildException(String message) {
    super(message);
  }

  /** An image that could not be built, because of {@code cause}. */
  public ImageBuildException(String message, Throwable cause) {
    super(message, cause);
  }
}

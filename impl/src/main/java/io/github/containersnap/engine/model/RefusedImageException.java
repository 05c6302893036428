package io.github.containersnap.engine.model;

/** An image that is what its digest says, and cannot be used. Pulling it again brings the same. */
public final class RefusedImageException extends UpdateException {
  private static final long serialVersionUID = 1L;

  /**
   * An image is refused.
   *
   * @param why which layer, which entry, and what is wrong with it: a clause, or sentences
   */
  public RefusedImageException(ImageId image, String why) {
    super(
        "Image %s is refused: %s%s".formatted(image.shortForm(), why, why.endsWith(".") ? "" : "."),
        "Build the image without that, and check it with `container-snap lint`. Nothing was"
            + " deployed, and no other image in the store was touched.");
  }
}

package io.github.containersnap.engine;

/** What the store holds for an image is not what the image's digest says. */
public final class UnprovenImageException extends UpdateException {
  private static final long serialVersionUID = 1L;

  /** The store's {@code image} differs from its digest by {@code what}. */
  public UnprovenImageException(ImageId image, String what) {
    super(
        "The store's copy of image %s is not what its digest says: %s"
            .formatted(image.shortForm(), what),
        "Nothing was deployed. If this repeats, check the disk (`btrfs scrub`).");
  }
}

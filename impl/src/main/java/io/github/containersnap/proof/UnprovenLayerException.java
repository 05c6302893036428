package io.github.containersnap.proof;

import java.nio.file.Path;

/**
 * What the store holds for an image is not proven to be the image. The store is a cache: remove the
 * image from it and pull again.
 */
public final class UnprovenLayerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String imageId;

  UnprovenLayerException(Path graphRoot, String imageId, String why, Exception cause) {
    super(message(graphRoot, imageId, why), cause);
    this.imageId = imageId;
  }

  private static String message(Path graphRoot, String imageId, String why) {
    return ("What the store %s holds for image %s is not proven: %s. Remove the image from the"
            + " store and pull it again.")
        .formatted(graphRoot, imageId, why);
  }

  /** The image that is not proven. */
  public String imageId() {
    return imageId;
  }
}

package io.github.containersnap.proof;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the store holds for an image is not proven to be the image. The store is a cache: remove the
 * image from it and pull again.
 */
public final class UnprovenLayerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String imageId;
  private final String why;
  private final @Nullable String layer;
  private final boolean unreadable;

  UnprovenLayerException(Path graphRoot, String imageId, Exception cause) {
    super(message(graphRoot, imageId, DamagedStoreException.reason(cause)), cause);
    this.imageId = imageId;
    this.why = DamagedStoreException.reason(cause);
    this.layer = cause instanceof DamagedStoreException damage ? damage.layer() : null;
    this.unreadable = Unreadable.isCauseOf(cause);
  }

  private static String message(Path graphRoot, String imageId, String why) {
    return ("What the store %s holds for image %s is not proven: %s. Remove the image from the"
            + " store and pull it again.")
        .formatted(graphRoot, imageId, why);
  }

  /** What is missing, damaged or different, as a clause of a sentence. */
  public String why() {
    return why;
  }

  /** The store's id of the layer that is not proven, if it is one layer. */
  public Optional<String> layer() {
    return Optional.ofNullable(layer);
  }

  /** Whether the disk did not give back what was written to it. */
  public boolean unreadable() {
    return unreadable;
  }

  /** The image that is not proven. */
  public String imageId() {
    return imageId;
  }
}

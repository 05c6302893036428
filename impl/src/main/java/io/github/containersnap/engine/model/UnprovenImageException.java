package io.github.containersnap.engine.model;

import java.util.ArrayList;
import java.util.List;

/** What the store holds for an image is not what the image's digest says. */
public final class UnprovenImageException extends UpdateException {
  private static final long serialVersionUID = 1L;

  private final ArrayList<ImageId> holders;
  private final boolean justPulled;

  /** The store's {@code image} differs from its digest by {@code what}; it was there before. */
  public UnprovenImageException(ImageId image, String what) {
    this(image, what, List.of(image), false);
  }

  /**
   * The store's {@code image} differs from its digest.
   *
   * @param what by what it differs
   * @param holders the images in the store that hold what is damaged, {@code image} among them
   * @param justPulled whether the last pull brought what is damaged, so that another need not help
   */
  public UnprovenImageException(
      ImageId image, String what, List<ImageId> holders, boolean justPulled) {
    super(
        "The store's copy of image %s is not what its digest says: %s"
            .formatted(image.shortForm(), what),
        "Nothing was deployed. If this repeats, check the disk (`btrfs scrub`).");
    this.holders = new ArrayList<>(holders);
    this.justPulled = justPulled;
  }

  /** The images that go when what is damaged goes. */
  public List<ImageId> holders() {
    return List.copyOf(holders);
  }

  /** Whether the damaged layer came with this pull: then the disk loses what is written to it. */
  public boolean justPulled() {
    return justPulled;
  }
}

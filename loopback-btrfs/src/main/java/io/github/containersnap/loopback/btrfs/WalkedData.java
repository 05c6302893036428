package io.github.containersnap.loopback.btrfs;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The data that a walk of a btrfs found, to be told apart by content. */
public final class WalkedData {
  private final DataExtents extents;

  WalkedData(DataExtents extents) {
    this.extents = extents;
  }

  /** Views are told apart by their fingerprints, which cover this; it only looks things up. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof WalkedData;
  }

  @Override
  public int hashCode() {
    return WalkedData.class.hashCode();
  }

  @Override
  public String toString() {
    return "data";
  }

  /**
   * Names what a range holds. Ranges with equal names hold equal bytes, wherever they lie and
   * whichever walk they were found in.
   *
   * @param logical where it begins, as the kernel tells the "physical" address of a file's extent
   * @param length in bytes
   * @return empty if no file that the walk met has all of the range, or if a part of it has no
   *     checksum that every copy has: a read of it may fail
   */
  public Optional<String> name(long logical, long length) {
    return length <= 0 ? Optional.empty() : extents.name(logical, length);
  }
}

package io.github.containersnap.loopback.btrfs;

import io.github.containersnap.loopback.btrfs.format.ImageRange;
import io.github.containersnap.loopback.btrfs.format.Partition;
import java.util.BitSet;

/** The blocks of an image, 4 KiB each, that a btrfs refers to; addressed by image offset. */
public final class ReachableBlocks {
  static final int BLOCK_BYTES = Partition.BLOCK_BYTES;

  private final BitSet blocks;

  ReachableBlocks(BitSet blocks) {
    this.blocks = (BitSet) blocks.clone();
  }

  /**
   * Whether any byte of the range lies in a reachable block.
   *
   * @param imageOffset the first byte, counted from the start of the image
   * @param length in bytes; an empty range intersects nothing
   */
  public boolean intersects(long imageOffset, long length) {
    ImageRange.requireValid(imageOffset, length);
    if (length == 0) {
      return false;
    }
    long first = imageOffset / BLOCK_BYTES;
    long last = (imageOffset + length - 1) / BLOCK_BYTES;
    if (first > Integer.MAX_VALUE) {
      return false;
    }
    int next = blocks.nextSetBit((int) first);
    return next >= 0 && next <= last;
  }

  /** How many bytes of the image are reachable, in whole blocks. */
  public long bytes() {
    return (long) blocks.cardinality() * BLOCK_BYTES;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ReachableBlocks that && blocks.equals(that.blocks);
  }

  @Override
  public int hashCode() {
    return blocks.hashCode();
  }

  /** Such as {@code 202194944 reachable bytes}. */
  @Override
  public String toString() {
    return bytes() + " reachable bytes";
  }

  /** Marks the blocks that the range touches. */
  static void mark(BitSet blocks, long imageOffset, long length) {
    int first = Math.toIntExact(imageOffset / BLOCK_BYTES);
    int end = Math.toIntExact((imageOffset + length + BLOCK_BYTES - 1) / BLOCK_BYTES);
    blocks.set(first, end);
  }
}

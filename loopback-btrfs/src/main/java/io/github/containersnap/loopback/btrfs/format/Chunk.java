package io.github.containersnap.loopback.btrfs.format;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A run of logical addresses and where it lies on the device: {@code struct btrfs_chunk}.
 *
 * @param logical its first logical address
 * @param length in bytes
 * @param type what it holds (bits 0 to 2) and its RAID profile (bits 3 to 10)
 * @param stripes one for each copy
 */
public record Chunk(long logical, long length, long type, List<Stripe> stripes) {
  /** Where one copy starts: a device, and a position in bytes on it. */
  record Stripe(long device, long position) {}

  private static final int HEADER_BYTES = 48;
  private static final int STRIPE_BYTES = 32;
  private static final long PROFILE_MASK = 0x7f8;
  private static final long DUP = 0x20;

  public Chunk {
    stripes = List.copyOf(stripes);
  }

  /**
   * Reads a chunk item.
   *
   * @param available how many bytes there are from {@code at} on
   * @throws StructureException if the item does not fit into them
   */
  static Chunk parse(ByteBuffer bytes, int at, int available, long logical)
      throws StructureException {
    StructureException.require(available >= HEADER_BYTES + STRIPE_BYTES, "chunk item is cut short");
    int count = Short.toUnsignedInt(bytes.getShort(at + 44));
    StructureException.require(
        count > 0 && count <= (available - HEADER_BYTES) / STRIPE_BYTES,
        "chunk item with more stripes than room");
    List<Stripe> stripes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int stripe = at + HEADER_BYTES + i * STRIPE_BYTES;
      stripes.add(new Stripe(bytes.getLong(stripe), bytes.getLong(stripe + 8)));
    }
    return new Chunk(logical, bytes.getLong(at), bytes.getLong(at + 24), stripes);
  }

  /** The size of the item on disk, in bytes. */
  int itemBytes() {
    return HEADER_BYTES + STRIPE_BYTES * stripes.size();
  }

  /** Whether every stripe is a whole copy: SINGLE or DUP. */
  boolean isWholeCopies() {
    long profile = type & PROFILE_MASK;
    return (profile == 0 && stripes.size() == 1) || (profile == DUP && stripes.size() == 2);
  }
}

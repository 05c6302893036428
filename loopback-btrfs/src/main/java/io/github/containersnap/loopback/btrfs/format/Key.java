package io.github.containersnap.loopback.btrfs.format;

import java.nio.ByteBuffer;

/** The key of an item: {@code struct btrfs_disk_key}, compared as unsigned numbers. */
public record Key(long objectId, int type, long offset) implements Comparable<Key> {
  /** Packed: object id, type, offset. */
  public static final int BYTES = 17;

  public static final int EXTENT_DATA = 108;
  static final int EXTENT_CSUM = 128;
  static final int ROOT_ITEM = 132;
  static final int CHUNK_ITEM = 228;

  /** Reads a {@code struct btrfs_disk_key}. */
  public static Key parse(ByteBuffer bytes, int at) {
    return new Key(bytes.getLong(at), Byte.toUnsignedInt(bytes.get(at + 8)), bytes.getLong(at + 9));
  }

  @Override
  public int compareTo(Key other) {
    int order = Long.compareUnsigned(objectId, other.objectId);
    if (order == 0) {
      order = Integer.compare(type, other.type);
    }
    return order == 0 ? Long.compareUnsigned(offset, other.offset) : order;
  }

  /** As the kernel's tools print it. */
  @Override
  public String toString() {
    return "(%s %d %s)"
        .formatted(Long.toUnsignedString(objectId), type, Long.toUnsignedString(offset));
  }
}

package io.github.containersnap.loopback.btrfs.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * One copy of the superblock: {@code struct btrfs_super_block}, 4,096 bytes.
 *
 * @param position where it was read, in bytes from the partition's start
 * @param metadataUuid the filesystem id that tree nodes carry
 * @param generation the transaction it commits
 * @param rootTree the root of the tree of trees
 * @param chunkTree the root of the chunk tree
 * @param logTree the root of the log trees' tree, logical address 0 if there is none
 * @param deviceId the id of this device
 * @param deviceBytes the size of the device as btrfs knows it
 * @param systemChunks the chunks that the chunk tree itself lies in
 */
public record Superblock(
    long position,
    UUID metadataUuid,
    long generation,
    NodePointer rootTree,
    NodePointer chunkTree,
    NodePointer logTree,
    long deviceId,
    long deviceBytes,
    int sectorBytes,
    int nodeBytes,
    List<Chunk> systemChunks) {

  /** The size of the structure. */
  public static final int BYTES = 4096;

  /** Where the copies lie: 64 KiB, 64 MiB, 256 GiB ({@code btrfs_sb_offset}). */
  public static final List<Long> POSITIONS = List.of(64L << 10, 64L << 20, 256L << 30);

  private static final long MAGIC = 0x4D5F53665248425FL; // "_BHRfS_M"
  private static final long METADATA_UUID = 1 << 10;

  /**
   * Incompatible features that change nothing here: mixed back references and block groups, default
   * subvolume, lzo, zstd, big metadata, extended references, skinny metadata, no holes, metadata
   * uuid, simple quotas. The others (RAID5/6, RAID1C3/4, zones, extent tree v2, stripe tree) change
   * where things lie.
   */
  private static final long KNOWN_FEATURES =
      0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x20 | 0x40 | 0x100 | 0x200 | METADATA_UUID | 0x10000;

  /** A dump of metadata (both versions) or a filesystem whose id is being changed. */
  private static final long UNSUPPORTED_FLAGS = 0xfL << 33;

  private static final int SYSTEM_CHUNKS_AT = 0x32b;
  private static final int SYSTEM_CHUNKS_LARGEST = 2048;
  private static final int HIGHEST_LEVEL = 7;

  public Superblock {
    systemChunks = List.copyOf(systemChunks);
  }

  /** Whether the bytes carry btrfs's magic number, whatever else they are. */
  static boolean hasMagic(byte[] bytes) {
    return littleEndian(bytes).getLong(0x40) == MAGIC;
  }

  /** The generation field, unproven. */
  static long claimedGeneration(byte[] bytes) {
    return littleEndian(bytes).getLong(0x48);
  }

  /** The device's size field, unproven. */
  static long claimedDeviceBytes(byte[] bytes) {
    return littleEndian(bytes).getLong(0xd1);
  }

  /**
   * Proves and reads one copy.
   *
   * @throws StructureException if the kernel would not take it
   * @throws UnsupportedFilesystemException if it is sound but beyond this reader
   */
  static Superblock parse(byte[] block, long position, Partition partition, Crc32c crc)
      throws StructureException {
    ByteBuffer bytes = littleEndian(block);
    StructureException.require(bytes.getLong(0x40) == MAGIC, "btrfs magic number missing");
    int checksumType = Short.toUnsignedInt(bytes.getShort(0xc4));
    if (checksumType != 0) {
      throw partition.unsupported("checksums of type %d".formatted(checksumType));
    }
    int found = crc.of(block, Crc32c.FIELD_BYTES, BYTES - Crc32c.FIELD_BYTES);
    StructureException.require(bytes.getInt(0) == found, Crc32c.mismatch(bytes.getInt(0), found));
    StructureException.require(
        bytes.getLong(0x30) == position, "says it belongs at %d".formatted(bytes.getLong(0x30)));
    refuseUnsupported(bytes, partition);
    return proven(bytes, position);
  }

  private static void refuseUnsupported(ByteBuffer bytes, Partition partition) {
    long unknown = bytes.getLong(0xbc) & ~KNOWN_FEATURES;
    if (unknown != 0) {
      throw partition.unsupported("incompatible features 0x%x".formatted(unknown));
    }
    if ((bytes.getLong(0x38) & UNSUPPORTED_FLAGS) != 0) {
      throw partition.unsupported("superblock flags 0x%x".formatted(bytes.getLong(0x38)));
    }
    if (bytes.getLong(0x88) != 1) {
      throw partition.unsupported(
          "%s devices".formatted(Long.toUnsignedString(bytes.getLong(0x88))));
    }
  }

  private static Superblock proven(ByteBuffer bytes, long position) throws StructureException {
    int sectorBytes = bytes.getInt(0x90);
    int nodeBytes = bytes.getInt(0x94);
    StructureException.require(
        isPowerOfTwo(sectorBytes, 4096, 65536), "sector size %d".formatted(sectorBytes));
    StructureException.require(
        isPowerOfTwo(nodeBytes, sectorBytes, 65536), "node size %d".formatted(nodeBytes));
    long generation = bytes.getLong(0x48);
    return new Superblock(
        position,
        uuid(bytes, (bytes.getLong(0xbc) & METADATA_UUID) == 0 ? 0x20 : 0x23b),
        generation,
        root(TreeName.ROOT, bytes.getLong(0x50), generation, bytes.get(0xc6)),
        root(TreeName.CHUNK, bytes.getLong(0x58), bytes.getLong(0xa4), bytes.get(0xc7)),
        // A log belongs to the transaction after the committed one (kernel: btrfs_replay_log).
        root(TreeName.LOG_ROOT, bytes.getLong(0x60), generation + 1, bytes.get(0xc8)),
        bytes.getLong(0xc9),
        bytes.getLong(0xd1),
        sectorBytes,
        nodeBytes,
        systemChunks(bytes));
  }

  private static NodePointer root(TreeName tree, long logical, long generation, byte level)
      throws StructureException {
    StructureException.require(
        level >= 0 && level <= HIGHEST_LEVEL, "%s has level %d".formatted(tree, level));
    return NodePointer.toRoot(tree, logical, generation, level);
  }

  private static List<Chunk> systemChunks(ByteBuffer bytes) throws StructureException {
    int size = bytes.getInt(0xa0);
    StructureException.require(
        size > 0 && size <= SYSTEM_CHUNKS_LARGEST,
        "system chunk array of %d bytes".formatted(size));
    List<Chunk> chunks = new ArrayList<>();
    int end = SYSTEM_CHUNKS_AT + size;
    for (int at = SYSTEM_CHUNKS_AT; at < end; ) {
      StructureException.require(end - at > Key.BYTES, "system chunk array is cut short");
      Key key = Key.parse(bytes, at);
      StructureException.require(
          key.type() == Key.CHUNK_ITEM, "system chunk array holds %s".formatted(key));
      at += Key.BYTES;
      Chunk chunk = Chunk.parse(bytes, at, end - at, key.offset());
      chunks.add(chunk);
      at += chunk.itemBytes();
    }
    return chunks;
  }

  /** Whether a log tree is to be replayed when the filesystem is mounted. */
  public boolean hasLogTree() {
    return logTree.logical() != 0;
  }

  private static boolean isPowerOfTwo(int value, int least, int most) {
    return value >= least && value <= most && Integer.bitCount(value) == 1;
  }

  /** A UUID at {@code at}; only ever compared, so its byte order does not matter. */
  static UUID uuid(ByteBuffer bytes, int at) {
    return new UUID(bytes.getLong(at), bytes.getLong(at + 8));
  }

  /** The bytes as btrfs has its numbers. */
  public static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}

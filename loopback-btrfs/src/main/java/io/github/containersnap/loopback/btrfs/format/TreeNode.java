package io.github.containersnap.loopback.btrfs.format;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A node of a B-tree, reduced to what leads on from it.
 *
 * @param logical the address it says it belongs at
 * @param firstKey the key of its first item, or null if it has none
 * @param content its children, or what of a leaf's items refers to other blocks
 */
public record TreeNode(
    long logical,
    long generation,
    int level,
    UUID chunkTreeUuid,
    @Nullable Key firstKey,
    Content content) {

  /** What a node holds, by its level. */
  public sealed interface Content {}

  /** Of a level above 0: the nodes below it. */
  public record Interior(List<Child> children) implements Content {}

  /** A key pointer: {@code struct btrfs_key_ptr}. */
  public record Child(Key key, long logical, long generation) {}

  /** A node at level 0: what its items say. */
  public record Leaf(
      List<FileExtent> extents,
      List<RootItem> roots,
      List<ChecksumRun> checksums,
      List<Chunk> chunks)
      implements Content {}

  /**
   * A data extent as a file refers to it: the whole extent on disk, whatever part of it the file
   * uses and whether it is compressed or not yet written.
   *
   * @param length its length on disk in bytes
   */
  public record FileExtent(long inode, long logical, long length) {}

  /** Checksums of consecutive sectors, starting at a logical address. */
  @SuppressWarnings("ArrayRecordComponent")
  public // compact, and never compared
  record ChecksumRun(long logical, int[] values) {}

  /**
   * A tree of the tree of trees: {@code struct btrfs_root_item}.
   *
   * @param references 0 once the tree is being deleted
   * @param dropProgress the key at which a deletion that was begun goes on
   * @param dropLevel the level of the node in which that key is
   */
  public record RootItem(
      Key key,
      long generation,
      long logical,
      int level,
      int references,
      Key dropProgress,
      int dropLevel) {
    private static final int LEAST_BYTES = 239;

    static RootItem parse(ByteBuffer bytes, int at, int size, Key key) throws StructureException {
      StructureException.require(size >= LEAST_BYTES, "root item of %d bytes".formatted(size));
      RootItem item =
          new RootItem(
              key,
              bytes.getLong(at + 160),
              bytes.getLong(at + 176),
              bytes.get(at + 238),
              bytes.getInt(at + 216),
              Key.parse(bytes, at + 220),
              bytes.get(at + 237));
      StructureException.require(
          isLevel(item.level) && isLevel(item.dropLevel),
          "root item %s with level %d, drop level %d".formatted(key, item.level, item.dropLevel));
      return item;
    }

    /** Whether blocks left of {@link #dropProgress} have been freed already. */
    public boolean isPartlyDropped() {
      return references == 0 && dropProgress.objectId() != 0;
    }
  }

  private static final int HEADER_BYTES = 101;
  private static final int ITEM_BYTES = 25;
  private static final int CHILD_BYTES = 33;
  private static final int HIGHEST_LEVEL = 7;

  /**
   * Reads a node whose checksum is right. What it must be to its parent is for {@link NodePointer}
   * to say; here it must only agree with itself, as the kernel's tree checker wants.
   *
   * @throws StructureException if it does not
   */
  static TreeNode parse(ByteBuffer bytes, Superblock superblock) throws StructureException {
    StructureException.require(
        Superblock.uuid(bytes, 0x20).equals(superblock.metadataUuid()),
        "belongs to another filesystem");
    int level = bytes.get(0x64);
    StructureException.require(isLevel(level), "level %d".formatted(level));
    List<Key> keys = keys(bytes, superblock.nodeBytes(), level);
    return new TreeNode(
        bytes.getLong(0x30),
        bytes.getLong(0x50),
        level,
        Superblock.uuid(bytes, 0x40),
        keys.isEmpty() ? null : keys.getFirst(),
        level == 0 ? leaf(bytes, keys, superblock) : interior(bytes, keys));
  }

  private static boolean isLevel(int level) {
    return level >= 0 && level <= HIGHEST_LEVEL;
  }

  private static List<Key> keys(ByteBuffer bytes, int nodeBytes, int level)
      throws StructureException {
    int count = bytes.getInt(0x60);
    int stride = level == 0 ? ITEM_BYTES : CHILD_BYTES;
    StructureException.require(
        count >= 0 && count <= (nodeBytes - HEADER_BYTES) / stride,
        "%s items".formatted(Integer.toUnsignedString(count)));
    StructureException.require(level == 0 || count > 0, "an inner node without children");
    List<Key> keys = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Key key = Key.parse(bytes, HEADER_BYTES + i * stride);
      StructureException.require(
          i == 0 || keys.getLast().compareTo(key) < 0, "keys out of order at %s".formatted(key));
      keys.add(key);
    }
    return keys;
  }

  private static Interior interior(ByteBuffer bytes, List<Key> keys) {
    List<Child> children = new ArrayList<>(keys.size());
    for (int i = 0; i < keys.size(); i++) {
      int at = HEADER_BYTES + i * CHILD_BYTES + Key.BYTES;
      children.add(new Child(keys.get(i), bytes.getLong(at), bytes.getLong(at + 8)));
    }
    return new Interior(List.copyOf(children));
  }

  private static Leaf leaf(ByteBuffer bytes, List<Key> keys, Superblock superblock)
      throws StructureException {
    List<FileExtent> extents = new ArrayList<>();
    List<RootItem> roots = new ArrayList<>();
    List<ChecksumRun> checksums = new ArrayList<>();
    List<Chunk> chunks = new ArrayList<>();
    int itemsEnd = HEADER_BYTES + keys.size() * ITEM_BYTES;
    for (int i = 0; i < keys.size(); i++) {
      Key key = keys.get(i);
      int entry = HEADER_BYTES + i * ITEM_BYTES + Key.BYTES;
      long start = HEADER_BYTES + Integer.toUnsignedLong(bytes.getInt(entry));
      long size = Integer.toUnsignedLong(bytes.getInt(entry + 4));
      StructureException.require(
          start >= itemsEnd && start + size <= superblock.nodeBytes(),
          "item %s lies outside the leaf".formatted(key));
      int at = (int) start;
      switch (key.type()) {
        case Key.EXTENT_DATA -> addExtent(extents, bytes, at, (int) size, key, superblock);
        case Key.ROOT_ITEM -> roots.add(RootItem.parse(bytes, at, (int) size, key));
        case Key.EXTENT_CSUM -> checksums.add(checksums(bytes, at, (int) size, key, superblock));
        case Key.CHUNK_ITEM -> chunks.add(Chunk.parse(bytes, at, (int) size, key.offset()));
        default -> {
          // Leads nowhere: inodes, names, references, accounting.
        }
      }
    }
    return new Leaf(
        List.copyOf(extents), List.copyOf(roots), List.copyOf(checksums), List.copyOf(chunks));
  }

  /** {@code struct btrfs_file_extent_item}; inline data and holes refer to no other block. */
  private static void addExtent(
      List<FileExtent> extents, ByteBuffer bytes, int at, int size, Key key, Superblock superblock)
      throws StructureException {
    int inlineHeader = 21;
    int whole = 53;
    StructureException.require(size >= inlineHeader, "file extent %s is cut short".formatted(key));
    int type = bytes.get(at + 20);
    StructureException.require(
        type >= 0 && type <= 2, "file extent %s of type %d".formatted(key, type));
    if (type == 0) {
      return;
    }
    StructureException.require(size >= whole, "file extent %s is cut short".formatted(key));
    long logical = bytes.getLong(at + 21);
    long length = bytes.getLong(at + 29);
    if (logical == 0) {
      return;
    }
    StructureException.require(
        logical > 0
            && length > 0
            && logical % superblock.sectorBytes() == 0
            && length % superblock.sectorBytes() == 0
            && logical <= Long.MAX_VALUE - length,
        "file extent %s of %d bytes at %d".formatted(key, length, logical));
    extents.add(new FileExtent(key.objectId(), logical, length));
  }

  private static ChecksumRun checksums(
      ByteBuffer bytes, int at, int size, Key key, Superblock superblock)
      throws StructureException {
    long logical = key.offset();
    StructureException.require(
        size % Integer.BYTES == 0
            && logical >= 0
            && logical % superblock.sectorBytes() == 0
            && logical <= Long.MAX_VALUE - (long) size * superblock.sectorBytes(),
        "checksum item %s of %d bytes".formatted(key, size));
    int[] values = new int[size / Integer.BYTES];
    for (int i = 0; i < values.length; i++) {
      values[i] = bytes.getInt(at + i * Integer.BYTES);
    }
    return new ChecksumRun(logical, values);
  }
}

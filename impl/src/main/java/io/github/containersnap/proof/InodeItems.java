package io.github.containersnap.proof;

import io.github.containersnap.linux.BtrfsHandle;
import io.github.containersnap.linux.EscapedBytes;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Puts inodes and directories together from the items of a subvolume's tree, which come sorted by
 * inode and, for one inode, by type (linux/btrfs_tree.h has the types and what the items look
 * like).
 */
final class InodeItems implements BtrfsHandle.ItemReader {
  private static final int INODE = 1; // BTRFS_INODE_ITEM_KEY
  private static final int NAME_OF_INODE = 12; // BTRFS_INODE_REF_KEY
  private static final int LONG_NAME_OF_INODE = 13; // BTRFS_INODE_EXTREF_KEY
  private static final int ATTRIBUTES = 24; // BTRFS_XATTR_ITEM_KEY
  private static final int DIRECTORY_BY_HASH = 84; // BTRFS_DIR_ITEM_KEY
  private static final int DIRECTORY_BY_INDEX = 96; // BTRFS_DIR_INDEX_KEY
  private static final int EXTENT = 108; // BTRFS_EXTENT_DATA_KEY
  private static final HexFormat HEX = HexFormat.of();

  private final ExtentFingerprint fingerprint;
  private final Map<Long, SubvolumeInode> inodes = new HashMap<>();
  private final Map<Long, List<Child>> children = new HashMap<>();
  private Optional<InodeItem> current = Optional.empty();
  private long currentNumber;
  private SortedMap<String, String> attributes = new TreeMap<>();
  private String linkTarget = "";

  InodeItems(ExtentFingerprint fingerprint) {
    this.fingerprint = fingerprint;
  }

  /** A name in a directory, escaped, and the inode that it is the name of. */
  record Child(String name, long inode) {}

  /** All inodes by number; after the last item has been read. */
  Map<Long, SubvolumeInode> inodes() {
    finish();
    return inodes;
  }

  /** The names in each directory, by its inode. */
  Map<Long, List<Child>> children() {
    return children;
  }

  @Override
  public void read(long object, int type, long offset, ByteBuffer item) throws IOException {
    if (type == INODE) {
      finish();
      begin(object, InodeItem.of(item));
      return;
    }
    InodeItem inode =
        current
            .filter(begun -> object == currentNumber)
            .orElseThrow(() -> new DamagedStoreException("an item of inode " + object + " strays"));
    switch (type) {
      case ATTRIBUTES -> addAttributes(item);
      case DIRECTORY_BY_INDEX -> addChild(object, DirectoryEntry.next(item));
      case EXTENT -> addExtent(inode, offset, item);
      case NAME_OF_INODE, LONG_NAME_OF_INODE, DIRECTORY_BY_HASH -> {
        // what readdir(2) gives is in the index
      }
      default ->
          throw new DamagedStoreException(
              "inode %d has an item of type %d, of which nothing is known here"
                  .formatted(object, type));
    }
  }

  private void begin(long number, InodeItem item) {
    current = Optional.of(item);
    currentNumber = number;
    attributes = new TreeMap<>();
    linkTarget = "";
    if (item.kind() == FileKind.FILE) {
      fingerprint.begin(item.size(), item.flags());
    }
  }

  private void finish() {
    current.ifPresent(
        item -> {
          boolean file = item.kind() == FileKind.FILE;
          inodes.put(
              currentNumber,
              new SubvolumeInode(
                  currentNumber,
                  item.kind(),
                  item.mode(),
                  item.uid(),
                  item.gid(),
                  file ? item.size() : 0,
                  item.kind().isDevice() ? item.deviceNumber() : 0,
                  attributes,
                  linkTarget,
                  file ? fingerprint.end() : Optional.empty()));
        });
    current = Optional.empty();
  }

  /** Names of one hash share an item. */
  private void addAttributes(ByteBuffer item) throws DamagedStoreException {
    while (item.hasRemaining()) {
      DirectoryEntry attribute = DirectoryEntry.next(item);
      attributes.put(attribute.name(), HEX.formatHex(attribute.data()));
    }
  }

  private void addChild(long directory, DirectoryEntry entry) throws DamagedStoreException {
    if (entry.locationType() != INODE) {
      throw new DamagedStoreException("its entry " + entry.name() + " is a nested subvolume");
    }
    children
        .computeIfAbsent(directory, number -> new ArrayList<>())
        .add(new Child(entry.name(), entry.location()));
  }

  private void addExtent(InodeItem inode, long offset, ByteBuffer item) throws IOException {
    switch (inode.kind()) {
      case FILE -> fingerprint.add(offset, item);
      case SYMLINK -> linkTarget = target(inode, item);
      default ->
          throw new DamagedStoreException(
              "inode %d is %s and has content".formatted(currentNumber, inode.kind().words()));
    }
  }

  /** A link's target is stored inline, as it is. */
  private String target(InodeItem link, ByteBuffer item) throws DamagedStoreException {
    byte[] bytes = new byte[Math.max(0, item.remaining() - ExtentFingerprint.INLINE_DATA)];
    boolean plain =
        bytes.length > 0
            && bytes.length == link.size()
            && item.getInt(ExtentFingerprint.COMPRESSION) == 0; // encodings and type as well
    if (!plain) {
      throw new DamagedStoreException(
          "the target of link %d is stored in an unknown way".formatted(currentNumber));
    }
    item.get(ExtentFingerprint.INLINE_DATA, bytes);
    return EscapedBytes.toText(bytes);
  }

  /** struct btrfs_inode_item. */
  private record InodeItem(
      FileKind kind, int mode, int uid, int gid, long size, long deviceNumber, long flags) {
    private static final int SIZE = 160;

    static InodeItem of(ByteBuffer item) throws DamagedStoreException {
      if (item.remaining() < SIZE) {
        throw new DamagedStoreException("an inode item has %d bytes".formatted(item.remaining()));
      }
      int mode = item.getInt(52);
      return new InodeItem(
          FileKind.ofMode(mode)
              .orElseThrow(
                  () -> new DamagedStoreException("unknown type in mode %o".formatted(mode))),
          mode & TreeEntry.PERMISSION_BITS,
          item.getInt(44),
          item.getInt(48),
          item.getLong(16),
          deviceNumber(item.getLong(56)),
          item.getLong(64));
    }

    /** From the kernel's own packing (MKDEV of linux/kdev_t.h) to that of stat(2). */
    private static long deviceNumber(long kernel) {
      long minor = kernel & 0xf_ffff;
      return (minor & 0xff) | (kernel >>> 20 << 8) | ((minor & 0xfff00) << 12);
    }
  }

  /**
   * struct btrfs_dir_item, which directories and extended attributes share.
   *
   * @param locationType what the location is: an inode, or the root of a subvolume
   */
  @SuppressWarnings("ArrayRecordComponent") // raw bytes, handed over once and never compared
  private record DirectoryEntry(long location, int locationType, String name, byte[] data) {
    private static final int HEADER = 30;

    /** Takes the next of them out of {@code item}. */
    static DirectoryEntry next(ByteBuffer item) throws DamagedStoreException {
      if (item.remaining() < HEADER) {
        throw new DamagedStoreException("a directory item is cut short");
      }
      int at = item.position();
      long location = item.getLong(at);
      int locationType = item.get(at + 8);
      byte[] data = new byte[Short.toUnsignedInt(item.getShort(at + 25))];
      byte[] name = new byte[Short.toUnsignedInt(item.getShort(at + 27))];
      item.position(at + HEADER);
      if (item.remaining() < name.length + data.length) {
        throw new DamagedStoreException("a directory item is cut short");
      }
      item.get(name).get(data);
      return new DirectoryEntry(location, locationType, EscapedBytes.toText(name), data);
    }
  }
}

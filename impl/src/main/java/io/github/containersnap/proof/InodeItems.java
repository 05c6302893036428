package io.github.containersnap.proof;

import io.github.containersnap.linux.BtrfsHandle;
import io.github.containersnap.linux.EscapedBytes;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.HostAttributes;
import io.github.containersnap.tree.TreeEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Puts inodes together from all the items that a subvolume's tree has of them, which come sorted by
 * inode and, for one inode, by type (linux/btrfs_tree.h has the types and what the items look
 * like).
 *
 * <p>It is what the kernel itself builds inodes from; it does not see what was not committed. What
 * has no place here (nested subvolumes, fs-verity, contradictions) is an exception.
 */
final class InodeItems implements BtrfsHandle.ItemReader {
  private static final int INODE = 1; // BTRFS_INODE_ITEM_KEY
  private static final int NAMES = 12; // BTRFS_INODE_REF_KEY
  private static final int NAMES_ELSEWHERE = 13; // BTRFS_INODE_EXTREF_KEY
  private static final int ATTRIBUTES = 24; // BTRFS_XATTR_ITEM_KEY
  private static final int DIRECTORY_BY_HASH = 84; // BTRFS_DIR_ITEM_KEY
  private static final int DIRECTORY_BY_INDEX = 96; // BTRFS_DIR_INDEX_KEY
  private static final int EXTENT = 108; // BTRFS_EXTENT_DATA_KEY
  private static final int COMPRESSION_OF_EXTENT = 16; // a byte; encodings and type follow it
  private static final int INLINE_DATA_OF_EXTENT = 21;
  private static final HexFormat HEX = HexFormat.of();

  private final Consumer<FoundInode> found;
  private Optional<InodeItem> current = Optional.empty();
  private long currentNumber;
  private SortedMap<String, String> attributes = Collections.emptySortedMap();
  private List<FoundInode.Name> names = new ArrayList<>(1);
  private Map<String, Long> children = Map.of();
  private String linkTarget = "";

  /** Each inode is handed to {@code found} when its last item has been read. */
  InodeItems(Consumer<FoundInode> found) {
    this.found = found;
  }

  @Override
  public void read(long object, int type, long offset, ByteBuffer item) throws IOException {
    if (type == INODE) {
      finish();
      begin(object, InodeItem.of(item));
      return;
    }
    if (current.isEmpty() || object != currentNumber) {
      throw new DamagedStoreException("an item of inode " + object + " strays");
    }
    switch (type) {
      case NAMES -> addNames(offset, item);
      case NAMES_ELSEWHERE -> addNamesElsewhere(item);
      case ATTRIBUTES -> addAttributes(item);
      case DIRECTORY_BY_INDEX -> addChild(DirectoryEntry.next(item));
      case EXTENT -> addExtent(current.get(), item);
      case DIRECTORY_BY_HASH -> {
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
    attributes = Collections.emptySortedMap();
    names = new ArrayList<>(1);
    children = item.kind() == FileKind.DIRECTORY ? new HashMap<>() : Map.of();
    linkTarget = "";
  }

  /** After the last item has been read. */
  void finish() {
    current.ifPresent(
        item ->
            found.accept(
                new FoundInode(
                    currentNumber,
                    item.kind(),
                    item.mode(),
                    item.uid(),
                    item.gid(),
                    item.kind() == FileKind.FILE ? item.size() : 0,
                    item.kind().isDevice() ? item.deviceNumber() : 0,
                    attributes,
                    linkTarget,
                    item.linkCount(),
                    item.changed(),
                    item.kind() == FileKind.FILE && item.isUnchecked(),
                    names,
                    children)));
    current = Optional.empty();
  }

  /** struct btrfs_inode_ref, one for each name in that directory. */
  private void addNames(long directory, ByteBuffer item) throws DamagedStoreException {
    while (item.hasRemaining()) {
      addName(directory, item, Long.BYTES);
    }
  }

  /** struct btrfs_inode_extref, where those names take too much room. */
  private void addNamesElsewhere(ByteBuffer item) throws DamagedStoreException {
    while (item.remaining() > Long.BYTES) {
      addName(item.getLong(item.position()), item, 2 * Long.BYTES);
    }
  }

  private void addName(long directory, ByteBuffer item, int header) throws DamagedStoreException {
    requireRoom(item, header + Short.BYTES);
    byte[] name = new byte[Short.toUnsignedInt(item.getShort(item.position() + header))];
    item.position(item.position() + header + Short.BYTES);
    requireRoom(item, name.length);
    item.get(name);
    names.add(new FoundInode.Name(directory, EscapedBytes.toText(name)));
  }

  private static void requireRoom(ByteBuffer item, int bytes) throws DamagedStoreException {
    if (item.remaining() < bytes) {
      throw new DamagedStoreException("an item with a name is cut short");
    }
  }

  /** Names of one hash share an item. */
  private void addAttributes(ByteBuffer item) throws DamagedStoreException {
    if (attributes.isEmpty()) {
      attributes = new TreeMap<>();
    }
    while (item.hasRemaining()) {
      DirectoryEntry attribute = DirectoryEntry.next(item);
      if (!HostAttributes.contains(attribute.name())) {
        attributes.put(attribute.name(), HEX.formatHex(attribute.data()));
      }
    }
  }

  private void addChild(DirectoryEntry entry) throws DamagedStoreException {
    if (entry.locationType() != INODE) {
      throw new DamagedStoreException("its entry " + entry.name() + " is a nested subvolume");
    }
    if (children.isEmpty() && !(children instanceof HashMap)) {
      throw new DamagedStoreException(
          "inode " + currentNumber + " is no directory and has entries");
    }
    if (children.put(entry.name(), entry.location()) != null) {
      throw new DamagedStoreException("its entry %s is there twice".formatted(entry.name()));
    }
  }

  private void addExtent(InodeItem inode, ByteBuffer item) throws IOException {
    switch (inode.kind()) {
      case FILE -> {
        // what it holds is read, or was read before and has not been written since
      }
      case SYMLINK -> linkTarget = target(inode, item);
      default ->
          throw new DamagedStoreException(
              "inode %d is %s and has content".formatted(currentNumber, inode.kind().words()));
    }
  }

  /** A link's target is stored inline, as it is. */
  private String target(InodeItem link, ByteBuffer item) throws DamagedStoreException {
    byte[] bytes = new byte[Math.max(0, item.remaining() - INLINE_DATA_OF_EXTENT)];
    boolean plain =
        bytes.length > 0
            && bytes.length == link.size()
            && item.getInt(COMPRESSION_OF_EXTENT) == 0; // encodings and type as well
    if (!plain) {
      throw new DamagedStoreException(
          "the target of link %d is stored in an unknown way".formatted(currentNumber));
    }
    item.get(INLINE_DATA_OF_EXTENT, bytes);
    return EscapedBytes.toText(bytes);
  }

  /** struct btrfs_inode_item. */
  private record InodeItem(
      FileKind kind,
      int mode,
      int uid,
      int gid,
      long size,
      long deviceNumber,
      int linkCount,
      long changed,
      long flags) {
    private static final int SIZE = 160;
    private static final long UNCHECKED = 1 | 1 << 1; // BTRFS_INODE_NODATASUM, NODATACOW

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
          item.getInt(40),
          Math.max(item.getLong(0), item.getLong(8)),
          item.getLong(64));
    }

    boolean isUnchecked() {
      return (flags & UNCHECKED) != 0;
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

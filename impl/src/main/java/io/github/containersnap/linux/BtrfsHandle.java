package io.github.containersnap.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A file or directory on a btrfs, open for the filesystem's own ioctls (linux/btrfs.h). They ask
 * for root.
 *
 * <p>The searches see what is in the trees. What was written and has not been committed may not be
 * there yet: {@link #commit} first.
 */
public final class BtrfsHandle implements AutoCloseable {
  // O_RDONLY | O_NONBLOCK | O_CLOEXEC (asm-generic/fcntl.h)
  private static final int OPEN_FLAGS = 04000 | 02000000;

  private static final long SYNC = 0x9408; // _IO(0x94, 8)
  private static final long START_SYNC = 0x8008_9418L; // _IOR(0x94, 24, __u64)
  private static final long TREE_SEARCH_V2 = 0xC070_9411L; // _IOWR(0x94, 17, 112 bytes)
  private static final long SNAPSHOT_CREATE_V2 = 0x5000_9417L; // _IOW(0x94, 23, 4096 bytes)
  private static final long SUBVOLUME_CREATE_V2 = 0x5000_9418L; // _IOW(0x94, 24, 4096 bytes)
  private static final long GET_FLAGS = 0x8008_9419L; // _IOR(0x94, 25, __u64)
  private static final long SET_FLAGS = 0x4008_941AL; // _IOW(0x94, 26, __u64)
  private static final long FS_INFO = 0x8400_941FL; // _IOR(0x94, 31, 1024 bytes)
  private static final long SUBVOLUME_INFO = 0x81F8_943CL; // _IOR(0x94, 60, 504 bytes)
  private static final long SUBVOLUME_ROOT_REFERENCES = 0xD000_943DL; // _IOWR(0x94, 61, 4096 bytes)
  private static final long INODE_LOOKUP_USER = 0xD000_943EL; // _IOWR(0x94, 62, 4096 bytes)
  private static final long READ_ONLY = 1 << 1; // BTRFS_SUBVOL_RDONLY

  private static final long FS_INFO_SIZE = 1024;
  private static final int FILESYSTEM_ID = 16; // after max_id and num_devices
  private static final int UUID_SIZE = 16;

  // struct btrfs_ioctl_get_subvol_info_args
  private static final long SUBVOLUME_INFO_SIZE = 504;
  private static final int GENERATION = 280;
  private static final int SUBVOLUME_ID = 296;
  private static final int PARENT_ID = 312;
  private static final int LAST_INODE_CHANGE = 344;
  private static final int GENERATION_AT_CREATION = 352;
  private static final int CREATION_TIME = 392; // struct btrfs_ioctl_timespec: first its seconds

  // struct btrfs_ioctl_vol_args_v2
  private static final long VOLUME_ARGUMENTS_SIZE = 4096;
  private static final int VOLUME_NAME = 56;
  private static final int LONGEST_NAME = 255; // BTRFS_NAME_LEN

  // struct btrfs_ioctl_get_subvol_rootref_args
  private static final long REFERENCES_SIZE = 4096;
  private static final int REFERENCES = 8;
  private static final int REFERENCE_SIZE = 16;
  private static final int MOST_REFERENCES = 255;
  private static final int REFERENCE_COUNT = REFERENCES + MOST_REFERENCES * REFERENCE_SIZE;

  // struct btrfs_ioctl_ino_lookup_user_args
  private static final long LOOKUP_SIZE = 4096;
  private static final int LOOKUP_NAME = 16;
  private static final int LOOKUP_DIRECTORY = LOOKUP_NAME + LONGEST_NAME + 1;

  private static final long OWN_TREE = 0; // the tree of the subvolume that the file is in
  private static final int LARGEST_TYPE = 255;
  private static final int SEARCH_BYTES = 1 << 20;

  private final Path path;
  private final Arena arena = Arena.ofAuto();
  private final MemorySegment state;
  private final int descriptor;
  private Optional<Search> kept = Optional.empty();

  private BtrfsHandle(Path path) throws KernelCallException {
    this.path = path;
    this.state = IoctlCalls.newState(arena);
    MemorySegment nativePath = PathBytes.inNativeMemory(arena, path);
    this.descriptor = IoctlCalls.open(state, nativePath, OPEN_FLAGS);
    if (descriptor < 0) {
      throw failure("open");
    }
  }

  /**
   * Opens {@code path}; links are followed.
   *
   * @throws KernelCallException if the kernel refuses
   */
  public static BtrfsHandle open(Path path) throws KernelCallException {
    return new BtrfsHandle(path);
  }

  /**
   * Writes out what is dirty and commits the whole filesystem (BTRFS_IOC_SYNC, syncfs(2)).
   *
   * <p>The ioctl alone succeeds also where data could not be written: the trees are committed
   * without it, and the file has a hole. syncfs (Linux 5.8 and later) reports any such loss since
   * the last one it reported, of whatever file.
   *
   * @throws KernelCallException if the kernel refuses, cannot write, or has lost data before
   */
  public void commit() throws KernelCallException {
    call("BTRFS_IOC_SYNC", SYNC, MemorySegment.NULL);
    if (IoctlCalls.syncfs(state, descriptor) < 0) {
      throw failure("syncfs");
    }
  }

  /**
   * Starts a commit of what metadata there is, and waits for neither it nor dirty file data
   * (BTRFS_IOC_START_SYNC): what the kernel does by itself every 30 seconds.
   *
   * @throws KernelCallException if the kernel refuses
   */
  public void startCommit() throws KernelCallException {
    try (Arena own = Arena.ofConfined()) {
      call("BTRFS_IOC_START_SYNC", START_SYNC, own.allocate(ValueLayout.JAVA_LONG));
    }
  }

  /**
   * The filesystem's UUID, as its superblock has it: the one by which a boot loader and {@code
   * root=UUID=} find it. While a copy of the filesystem is mounted too, the kernel may know this
   * one by a temporary UUID.
   *
   * @throws KernelCallException if the kernel refuses, as it does where there is no btrfs
   * @throws IOException if sysfs does not show the filesystem, or its device cannot be read
   */
  public String filesystemId() throws IOException {
    UUID known = knownId();
    MountedBtrfs mounted = MountedBtrfs.knownAs(known);
    return (mounted.hasTemporaryId() ? MountedBtrfs.onDisk(mounted.device()) : known).toString();
  }

  /**
   * A device of the filesystem, by the name that the kernel has for it.
   *
   * @throws KernelCallException if the kernel refuses, as it does where there is no btrfs
   * @throws IOException if sysfs does not show the filesystem
   */
  public Path device() throws IOException {
    return MountedBtrfs.knownAs(knownId()).device();
  }

  /** The UUID that the kernel knows the filesystem by (BTRFS_IOC_FS_INFO). */
  private UUID knownId() throws KernelCallException {
    try (Arena own = Arena.ofConfined()) {
      MemorySegment info = own.allocate(FS_INFO_SIZE, Long.BYTES);
      call("BTRFS_IOC_FS_INFO", FS_INFO, info);
      return id(IoctlCalls.buffer(info), FILESYSTEM_ID);
    }
  }

  /**
   * Whether the subvolume of which this is the root is read-only.
   *
   * @throws KernelCallException if the kernel refuses, as it does where this is no such root
   */
  public boolean isReadOnly() throws KernelCallException {
    return (flags() & READ_ONLY) != 0;
  }

  /**
   * Makes the subvolume of which this is the root read-only, or writable.
   *
   * @throws KernelCallException if the kernel refuses
   */
  public void setReadOnly(boolean readOnly) throws KernelCallException {
    long others = flags() & ~READ_ONLY;
    try (Arena own = Arena.ofConfined()) {
      MemorySegment flags = own.allocate(ValueLayout.JAVA_LONG);
      IoctlCalls.buffer(flags).putLong(0, others | bit(readOnly));
      call("BTRFS_IOC_SUBVOL_SETFLAGS", SET_FLAGS, flags);
    }
  }

  /**
   * Makes an empty subvolume in the directory that this is (BTRFS_IOC_SUBVOL_CREATE_V2).
   *
   * @param name one component
   * @throws KernelCallException if the kernel refuses, as it does where the name is taken
   */
  public void createSubvolume(Path name) throws KernelCallException {
    try (Arena own = Arena.ofConfined()) {
      call("BTRFS_IOC_SUBVOL_CREATE_V2", SUBVOLUME_CREATE_V2, volumeArguments(own, 0, name));
    }
  }

  /**
   * Makes a writable snapshot in the directory that this is (BTRFS_IOC_SNAP_CREATE_V2).
   *
   * @param source the root of a subvolume of the same filesystem
   * @param name one component
   * @throws KernelCallException if the kernel refuses, as it does where the name is taken
   */
  public void createSnapshot(BtrfsHandle source, Path name) throws KernelCallException {
    try (Arena own = Arena.ofConfined()) {
      MemorySegment arguments = volumeArguments(own, source.descriptor, name);
      call("BTRFS_IOC_SNAP_CREATE_V2", SNAPSHOT_CREATE_V2, arguments);
    }
  }

  private MemorySegment volumeArguments(Arena arena, long descriptor, Path name)
      throws KernelCallException {
    byte[] bytes = PathBytes.ofName(name);
    if (bytes.length > LONGEST_NAME) {
      throw new KernelCallException("naming a subvolume", name.toString(), Errno.NAME_TOO_LONG);
    }
    MemorySegment arguments = arena.allocate(VOLUME_ARGUMENTS_SIZE, Long.BYTES);
    IoctlCalls.buffer(arguments).putLong(0, descriptor).put(VOLUME_NAME, bytes);
    return arguments;
  }

  /**
   * The subvolumes that lie directly in the one of which this is the root, at any depth of plain
   * directories (BTRFS_IOC_GET_SUBVOL_ROOTREF, BTRFS_IOC_INO_LOOKUP_USER).
   *
   * @return their paths, below that of this one
   * @throws KernelCallException if the kernel refuses
   */
  public List<Path> nestedSubvolumes() throws KernelCallException {
    List<Path> found = new ArrayList<>();
    try (Arena own = Arena.ofConfined()) {
      MemorySegment references = own.allocate(REFERENCES_SIZE, Long.BYTES);
      ByteBuffer fields = IoctlCalls.buffer(references);
      while (true) {
        boolean more = readReferences(references);
        int count = fields.get(REFERENCE_COUNT) & 0xff;
        for (int i = 0; i < count; i++) {
          int at = REFERENCES + i * REFERENCE_SIZE;
          found.add(nested(own, fields.getLong(at), fields.getLong(at + Long.BYTES)));
        }
        if (!more || count == 0) {
          return List.copyOf(found);
        }
        // The kernel has moved the smallest tree to look for behind the last one found.
      }
    }
  }

  /** Reads up to 255 of them; returns whether there are more. */
  private boolean readReferences(MemorySegment references) throws KernelCallException {
    if (IoctlCalls.ioctl(state, descriptor, SUBVOLUME_ROOT_REFERENCES, references) >= 0) {
      return false;
    }
    if (IoctlCalls.errno(state) == Errno.OVERFLOW) {
      return true;
    }
    throw failure("BTRFS_IOC_GET_SUBVOL_ROOTREF");
  }

  private Path nested(Arena own, long tree, long directory) throws KernelCallException {
    MemorySegment lookup = own.allocate(LOOKUP_SIZE, Long.BYTES);
    ByteBuffer fields = IoctlCalls.buffer(lookup);
    fields.putLong(0, directory).putLong(Long.BYTES, tree);
    call("BTRFS_IOC_INO_LOOKUP_USER", INODE_LOOKUP_USER, lookup);
    return PathBytes.under(path, terminated(fields, LOOKUP_DIRECTORY))
        .resolve(PathBytes.under(Path.of(""), terminated(fields, LOOKUP_NAME)));
  }

  /** The bytes from {@code offset} to the first zero. */
  private static byte[] terminated(ByteBuffer text, int offset) {
    int end = offset;
    while (end < text.capacity() && text.get(end) != 0) {
      end++;
    }
    byte[] bytes = new byte[end - offset];
    text.get(offset, bytes);
    return bytes;
  }

  /**
   * The transactions of the subvolume that this file is in (BTRFS_IOC_GET_SUBVOL_INFO).
   *
   * @throws KernelCallException if the kernel refuses
   */
  public Generations generations() throws KernelCallException {
    return subvolume().generations();
  }

  /**
   * What the kernel says of the subvolume that this file is in (BTRFS_IOC_GET_SUBVOL_INFO).
   *
   * @throws KernelCallException if the kernel refuses
   */
  public Subvolume subvolume() throws KernelCallException {
    try (Arena own = Arena.ofConfined()) {
      MemorySegment info = own.allocate(SUBVOLUME_INFO_SIZE, Long.BYTES);
      call("BTRFS_IOC_GET_SUBVOL_INFO", SUBVOLUME_INFO, info);
      ByteBuffer fields = IoctlCalls.buffer(info);
      return new Subvolume(
          id(fields, SUBVOLUME_ID),
          id(fields, PARENT_ID),
          new Generations(fields.getLong(GENERATION_AT_CREATION), fields.getLong(GENERATION)),
          fields.getLong(LAST_INODE_CHANGE),
          Instant.ofEpochSecond(fields.getLong(CREATION_TIME)));
    }
  }

  /**
   * Transactions of a subvolume.
   *
   * @param creation the one that made it
   * @param latest the last committed one that changed it, or took a snapshot of it
   */
  public record Generations(long creation, long latest) {}

  /**
   * A subvolume.
   *
   * @param id its UUID, which no other subvolume of the filesystem ever has
   * @param parent the UUID of the one that it is a snapshot of; all zeros if it is of none
   * @param generations its transactions
   * @param lastInodeChange the last transaction that wrote one of its inodes; of a snapshot that
   *     has not been written to, a transaction of its parent's
   * @param created when it was made, to the second
   */
  public record Subvolume(
      UUID id, UUID parent, Generations generations, long lastInodeChange, Instant created) {}

  private static UUID id(ByteBuffer info, int offset) {
    ByteBuffer halves = info.slice(offset, UUID_SIZE); // a slice is big-endian, as UUIDs are
    return new UUID(halves.getLong(), halves.getLong());
  }

  private static long bit(boolean readOnly) {
    return readOnly ? READ_ONLY : 0;
  }

  private long flags() throws KernelCallException {
    try (Arena own = Arena.ofConfined()) {
      MemorySegment flags = own.allocate(ValueLayout.JAVA_LONG);
      call("BTRFS_IOC_SUBVOL_GETFLAGS", GET_FLAGS, flags);
      return IoctlCalls.buffer(flags).getLong(0);
    }
  }

  /**
   * Reads items of the tree of the subvolume that this file is in, in the order of their keys
   * (BTRFS_IOC_TREE_SEARCH_V2). One thread at a time may do so, and {@code reader} may not.
   *
   * @param firstObject the smallest object id to read, unsigned
   * @param lastObject the largest, unsigned
   * @param since leaves of the tree that were last written by an earlier transaction are passed
   *     over with all their items; 0 passes over none
   * @throws IOException if the kernel refuses, or what {@code reader} throws
   */
  public void readItems(long firstObject, long lastObject, long since, ItemReader reader)
      throws IOException {
    if (kept.isEmpty()) {
      kept = Optional.of(new Search(SEARCH_BYTES)); // most handles search nothing
    }
    Search search = kept.get();
    search.from(OWN_TREE, firstObject, lastObject, since);
    while (search.next(reader) > 0) {
      // the search goes on behind the last item found
    }
  }

  /** Takes the items of a search, one by one. */
  @FunctionalInterface
  public interface ItemReader {
    /**
     * Takes one item.
     *
     * @param object the object id of its key, an inode number in a subvolume's tree
     * @param type the type of its key
     * @param offset the offset of its key; what it means depends on the type
     * @param item what it holds, little-endian; gone when this returns
     */
    void read(long object, int type, long offset, ByteBuffer item) throws IOException;
  }

  private void call(String name, long request, MemorySegment argument) throws KernelCallException {
    if (IoctlCalls.ioctl(state, descriptor, request, argument) < 0) {
      throw failure(name);
    }
  }

  private KernelCallException failure(String call) {
    return new KernelCallException(call, path.toString(), IoctlCalls.errno(state));
  }

  @Override
  public void close() {
    IoctlCalls.close(state, descriptor);
  }

  /** One search with its argument, struct btrfs_ioctl_search_args_v2. */
  private final class Search {
    private static final int MIN_OBJECT = 8;
    private static final int MAX_OBJECT = 16;
    private static final int MIN_OFFSET = 24;
    private static final int MAX_OFFSET = 32;
    private static final int MIN_TRANSACTION = 40;
    private static final int MAX_TRANSACTION = 48;
    private static final int MIN_TYPE = 56;
    private static final int MAX_TYPE = 60;
    private static final int COUNT = 64;
    private static final int SIZE = 104;
    private static final int ITEMS = 112;
    private static final int HEADER = 32; // struct btrfs_ioctl_search_header

    private final MemorySegment argument;
    private final ByteBuffer bytes;
    private boolean ended;

    Search(int size) {
      argument = arena.allocate(ITEMS + (long) size, Long.BYTES);
      bytes = IoctlCalls.buffer(argument);
      bytes.putLong(MAX_TRANSACTION, -1);
      bytes.putLong(SIZE, size);
    }

    void from(long tree, long firstObject, long lastObject, long since) {
      bytes.putLong(0, tree).putLong(MIN_TRANSACTION, since);
      bytes.putLong(MIN_OBJECT, firstObject).putLong(MAX_OBJECT, lastObject);
      bytes.putLong(MIN_OFFSET, 0).putLong(MAX_OFFSET, -1);
      bytes.putInt(MIN_TYPE, 0).putInt(MAX_TYPE, LARGEST_TYPE);
      ended = false;
    }

    /** Reads on; returns how many items that gave, 0 at the end. */
    int next(ItemReader reader) throws IOException {
      if (ended) {
        return 0;
      }
      bytes.putInt(COUNT, Integer.MAX_VALUE);
      call("BTRFS_IOC_TREE_SEARCH_V2", TREE_SEARCH_V2, argument);
      int count = bytes.getInt(COUNT);
      int at = ITEMS;
      for (int i = 0; i < count; i++) {
        long object = bytes.getLong(at + 8);
        long offset = bytes.getLong(at + 16);
        int type = bytes.getInt(at + 24);
        int length = bytes.getInt(at + 28);
        at += HEADER;
        reader.read(object, type, offset, bytes.slice(at, length).order(ByteOrder.LITTLE_ENDIAN));
        at += length;
        if (i == count - 1) {
          continueAfter(object, type, offset);
        }
      }
      return count;
    }

    /** The smallest key above the last one found; the kernel compares keys as a whole. */
    private void continueAfter(long object, int type, long offset) {
      bytes.putLong(MIN_OBJECT, object).putInt(MIN_TYPE, type).putLong(MIN_OFFSET, offset + 1);
      if (offset == -1) {
        bytes.putInt(MIN_TYPE, type + 1);
        if (type == LARGEST_TYPE) {
          bytes.putInt(MIN_TYPE, 0).putLong(MIN_OBJECT, object + 1);
          ended = object == -1;
        }
      }
    }
  }
}

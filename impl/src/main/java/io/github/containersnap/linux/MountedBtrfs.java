package io.github.containersnap.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A mounted btrfs as sysfs describes it (sysfs-fs-btrfs in the kernel's ABI documentation).
 *
 * <p>The kernel mounts a copy of a mounted filesystem under a temporary UUID (Linux 6.7 and later).
 * A boot loader and a kernel that starts find the filesystem by the UUID in its superblock.
 *
 * @param directory its directory in sysfs
 */
record MountedBtrfs(Path directory) {
  private static final Path ALL = Path.of("/sys/fs/btrfs");
  private static final Path NODES = Path.of("/dev");

  // struct btrfs_super_block
  private static final long SUPERBLOCK = 64 * 1024;
  private static final int FSID = 0x20;
  private static final int MAGIC = 0x40;
  private static final byte[] MAGIC_BYTES = "_BHRfS_M".getBytes(StandardCharsets.US_ASCII);

  /**
   * The filesystem that the kernel knows by a UUID, temporary or not.
   *
   * @throws IOException if sysfs does not show it
   */
  static MountedBtrfs knownAs(UUID known) throws IOException {
    Path directory = ALL.resolve(known.toString());
    if (!Files.isDirectory(directory)) {
      throw new IOException(
          "%s does not exist, and it tells whether that UUID of the filesystem is temporary. Mount"
                  .formatted(directory)
              + " sysfs at /sys and try again");
    }
    return new MountedBtrfs(directory);
  }

  /** Whether the UUID is valid only until the filesystem is unmounted. */
  boolean hasTemporaryId() throws IOException {
    try {
      return Files.readString(directory.resolve("temp_fsid")).strip().equals("1");
    } catch (NoSuchFileException before67) {
      return false; // such a kernel refuses to mount a copy of a mounted filesystem
    }
  }

  /** One of its devices, by the name that the kernel has for it. */
  Path device() throws IOException {
    try (Stream<Path> devices = Files.list(directory.resolve("devices"))) {
      List<String> names = devices.map(it -> String.valueOf(it.getFileName())).sorted().toList();
      if (names.isEmpty()) {
        throw new IOException("%s lists no device".formatted(directory));
      }
      return NODES.resolve(names.getFirst().replace('!', '/')); // sysfs names have no slash
    }
  }

  /**
   * The UUID in the superblock. It differs from the UUID that the trees carry if {@code btrfstune
   * -m} has changed it.
   *
   * @throws IOException if the device cannot be read, or holds no btrfs
   */
  static UUID onDisk(Path device) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(MAGIC + MAGIC_BYTES.length);
    try (FileChannel channel = FileChannel.open(device, StandardOpenOption.READ)) {
      while (bytes.hasRemaining() && channel.read(bytes, SUPERBLOCK + bytes.position()) >= 0) {
        // a short read goes on where it ended
      }
    }
    ByteBuffer magic = bytes.slice(MAGIC, MAGIC_BYTES.length);
    if (bytes.hasRemaining() || !magic.equals(ByteBuffer.wrap(MAGIC_BYTES))) {
      throw new IOException("%s holds no superblock of btrfs".formatted(device));
    }
    return new UUID(bytes.getLong(FSID), bytes.getLong(FSID + Long.BYTES));
  }
}

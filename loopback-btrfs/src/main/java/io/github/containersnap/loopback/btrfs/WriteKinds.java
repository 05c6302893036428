package io.github.containersnap.loopback.btrfs;

import io.github.containersnap.loopback.btrfs.format.TreeName;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.log.LogBytes;
import io.github.containersnap.loopback.log.LogEntry;
import io.github.containersnap.loopback.log.WriteLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Tells what each write of a log is. A node of a tree begins with a header that names the
 * filesystem and the tree (struct btrfs_header of the kernel), a superblock has its place; what is
 * neither is data. Nothing has to be mounted or walked, so blocks that are long overwritten are
 * told as well.
 */
public final class WriteKinds {
  private static final int FILESYSTEM = 32;
  private static final int OWNER = 88;
  private static final int HEADER_BYTES = 101;

  private WriteKinds() {}

  /**
   * Reads the first bytes of every write.
   *
   * @param disk the disk that was recorded
   * @return the kind of each write, by the write's place in the log
   * @throws UncheckedIOException if the log cannot be read
   */
  public static Map<Integer, WriteKind> of(WriteLog log, SystemDisk disk) {
    List<Long> superblocks = BtrfsReader.superblocks(disk.systemOffset(), disk.systemSize());
    Map<Integer, WriteKind> kinds = new HashMap<>();
    try (LogBytes bytes = log.openBytes()) {
      for (LogEntry entry : log.entries()) {
        if (entry instanceof LogEntry.Write write) {
          kinds.put(write.index(), kind(write, bytes, superblocks, disk));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the write log " + log.file(), e);
    }
    return kinds;
  }

  private static WriteKind kind(
      LogEntry.Write write, LogBytes bytes, List<Long> superblocks, SystemDisk disk)
      throws IOException {
    if (write.offset() < disk.systemOffset()
        || write.offset() >= disk.systemOffset() + disk.systemSize()) {
      return WriteKind.OUTSIDE;
    }
    if (superblocks.contains(write.offset())) {
      return WriteKind.SUPERBLOCK;
    }
    if (write.length() < HEADER_BYTES) {
      return WriteKind.DATA;
    }
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    bytes.read(write, 0, header);
    UUID filesystem = new UUID(header.getLong(FILESYSTEM), header.getLong(FILESYSTEM + Long.BYTES));
    if (!filesystem.equals(disk.filesystemUuid())) {
      return WriteKind.DATA;
    }
    long owner = header.order(ByteOrder.LITTLE_ENDIAN).getLong(OWNER);
    return owner == TreeName.LOG_ROOT.id() ? WriteKind.LOG_TREE : WriteKind.TREE;
  }
}

package io.github.containersnap.loopback.btrfs;

import io.github.containersnap.loopback.btrfs.format.TreeName;
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
 *
 * @param offset where the btrfs begins on the disk that was recorded, in bytes
 * @param size its length in bytes
 * @param filesystem its UUID
 */
public record WriteKinds(long offset, long size, UUID filesystem) {
  private static final int FILESYSTEM = 32;
  private static final int OWNER = 88;
  private static final int HEADER_BYTES = 101;

  /**
   * Reads the first bytes of every write.
   *
   * @return the kind of each write, by the write's place in the log
   * @throws UncheckedIOException if the log cannot be read
   */
  public Map<Integer, WriteKind> of(WriteLog log) {
    List<Long> superblocks = BtrfsReader.superblocks(offset, size);
    Map<Integer, WriteKind> kinds = new HashMap<>();
    try (LogBytes bytes = log.openBytes()) {
      for (LogEntry entry : log.entries()) {
        if (entry instanceof LogEntry.Write write) {
          kinds.put(write.index(), kind(write, bytes, superblocks));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the write log " + log.file(), e);
    }
    return kinds;
  }

  private WriteKind kind(LogEntry.Write write, LogBytes bytes, List<Long> superblocks)
      throws IOException {
    if (write.offset() < offset || write.offset() >= offset + size) {
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
    UUID named = new UUID(header.getLong(FILESYSTEM), header.getLong(FILESYSTEM + Long.BYTES));
    if (!named.equals(filesystem)) {
      return WriteKind.DATA;
    }
    long owner = header.order(ByteOrder.LITTLE_ENDIAN).getLong(OWNER);
    return owner == TreeName.LOG_ROOT.id() ? WriteKind.LOG_TREE : WriteKind.TREE;
  }
}

package io.github.containersnap.gate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A reader of write logs that knows nothing of this project's own: written from the kernel's
 * Documentation/admin-guide/device-mapper/log-writes.rst and the structures in
 * drivers/md/dm-log-writes.c, as any other tool would be.
 */
final class PublicLogReplay {
  private static final long MAGIC = 0x6a736677736872L;
  private static final long FLUSH = 1;
  private static final long DISCARD = 4;
  private static final long MARK = 8;

  private PublicLogReplay() {}

  /** What was replayed. */
  record Counts(long entries, long writes, long flushes) {}

  /** Writes all that {@code log} holds to {@code disk}. */
  static Counts replay(Path log, Path disk) throws IOException {
    return replay(log, disk, Long.MAX_VALUE);
  }

  /** Writes the first {@code limit} entries of {@code log} to {@code disk}. */
  static Counts replay(Path log, Path disk, long limit) throws IOException {
    try (FileChannel from = FileChannel.open(log);
        FileChannel to = FileChannel.open(disk, StandardOpenOption.WRITE)) {
      ByteBuffer superblock = read(from, 0, 28);
      if (superblock.getLong(0) != MAGIC || superblock.getLong(8) != 1) {
        throw new IOException("no write log of version 1");
      }
      long entries = superblock.getLong(16);
      int sector = superblock.getInt(24);
      long position = sector;
      long writes = 0;
      long flushes = 0;
      for (long number = 0; number < Math.min(entries, limit); number++) {
        ByteBuffer entry = read(from, position, 32);
        long offset = entry.getLong(0) * sector;
        long length = entry.getLong(8) * sector;
        long flags = entry.getLong(16);
        position += sector;
        if ((flags & MARK) != 0) {
          continue;
        }
        if ((flags & FLUSH) != 0) {
          flushes++;
        }
        if ((flags & DISCARD) != 0) {
          write(to, offset, ByteBuffer.allocate(Math.toIntExact(length)));
        } else if (length > 0) {
          write(to, offset, read(from, position, Math.toIntExact(length)));
          position += length;
          writes++;
        }
      }
      if (limit >= entries && position != from.size()) {
        throw new IOException(
            "the entries end at %d, the file at %d".formatted(position, from.size()));
      }
      return new Counts(entries, writes, flushes);
    }
  }

  private static ByteBuffer read(FileChannel from, long position, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (from.read(buffer, position + buffer.position()) < 0) {
        throw new IOException("the log ends within an entry, after %d".formatted(from.size()));
      }
    }
    return buffer.flip();
  }

  private static void write(FileChannel to, long offset, ByteBuffer data) throws IOException {
    while (data.hasRemaining()) {
      int _ = to.write(data, offset + data.position());
    }
  }
}

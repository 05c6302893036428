package io.github.containersnap.loopback.log;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * The first sector of a write log (kernel Documentation/admin-guide/device-mapper/log-writes.rst,
 * "Log Ordering" and struct log_write_super of drivers/md/dm-log-writes.c).
 *
 * <pre>
 * byte  0  8 bytes  magic 0x6a736677736872
 * byte  8  8 bytes  version, 1
 * byte 16  8 bytes  number of entries
 * byte 24  4 bytes  sector size in bytes
 * </pre>
 *
 * @param sectorBytes the log's sector: entries are padded to it, and count positions in it
 * @param entryCount how many entries the recorder vouches for; empty if the superblock was never
 *     written, as a recorder that was killed early leaves it
 */
record LogSuperblock(int sectorBytes, OptionalLong entryCount) {
  static final int BYTES = 28;

  private static final long MAGIC = 0x6a736677736872L;
  private static final long VERSION = 1;
  private static final int SMALLEST_SECTOR = 512;
  private static final int LARGEST_SECTOR = 1 << 16;

  /** Reads the superblock from the first {@value #BYTES} bytes of the log. */
  static LogSuperblock decode(Path file, byte[] bytes) {
    if (Arrays.equals(bytes, new byte[bytes.length])) {
      return new LogSuperblock(WriteLog.SECTOR_BYTES, OptionalLong.empty());
    }
    ByteBuffer buffer = LittleEndian.of(bytes);
    if (buffer.getLong(0) != MAGIC) {
      throw new MalformedWriteLogException(
          file, 0, "magic 0x%x is not that of a write log".formatted(buffer.getLong(0)));
    }
    if (buffer.getLong(8) != VERSION) {
      throw new MalformedWriteLogException(
          file, 8, "version %d is not known".formatted(buffer.getLong(8)));
    }
    int sector = buffer.getInt(24);
    if (sector < SMALLEST_SECTOR || sector > LARGEST_SECTOR || Integer.bitCount(sector) != 1) {
      throw new MalformedWriteLogException(
          file, 24, "a sector of %d bytes is impossible".formatted(Integer.toUnsignedLong(sector)));
    }
    return new LogSuperblock(sector, OptionalLong.of(buffer.getLong(16)));
  }

  /** The whole first sector of a log with this superblock. */
  byte[] encode() {
    byte[] sector = new byte[sectorBytes];
    LittleEndian.of(sector)
        .putLong(0, MAGIC)
        .putLong(8, VERSION)
        .putLong(16, entryCount.orElse(0))
        .putInt(24, sectorBytes);
    return sector;
  }
}

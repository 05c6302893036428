package io.github.containersnap.loopback.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Writes log files byte by byte, right or wrong, without any of the code under test. */
public final class LogFile {
  public static final int SECTOR = 4096;
  public static final long WRITE = 0;
  public static final long FLUSH = 1;
  public static final long FUA = 2;
  public static final long DISCARD = 4;

  private final ByteArrayOutputStream entries = new ByteArrayOutputStream();
  private long count;

  /** A disk of this many bytes with its mark area in the last sector. */
  public record Disk(long sizeBytes) implements DiskGeometry {
    @Override
    public long marksOffset() {
      return sizeBytes - MarkSector.BYTES;
    }
  }

  public LogFile write(long block, byte[] data) {
    return header(block, data.length / SECTOR, WRITE).raw(data);
  }

  public LogFile flush() {
    return header(0, 0, FLUSH);
  }

  public LogFile discard(long block, long blocks) {
    return header(block, blocks, DISCARD);
  }

  public LogFile mark(Disk disk, String name) {
    return write(disk.marksOffset() / SECTOR, MarkSector.encode(name));
  }

  public LogFile header(long block, long blocks, long flags) {
    ByteBuffer sector = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
    sector.putLong(block).putLong(blocks).putLong(flags);
    count++;
    return raw(sector.array());
  }

  public LogFile raw(byte[] bytes) {
    entries.writeBytes(bytes);
    return this;
  }

  /** The log with a superblock that counts every header. */
  public Path counted(Path file) throws IOException {
    return counting(file, count);
  }

  public Path counting(Path file, long entryCount) throws IOException {
    return withSuperblock(file, superblock(0x6a736677736872L, 1, entryCount, SECTOR));
  }

  /** The log as a recorder leaves it that was killed before its first flush. */
  public Path uncounted(Path file) throws IOException {
    return withSuperblock(file, new byte[SECTOR]);
  }

  public Path withSuperblock(Path file, byte[] superblock) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(superblock);
    all.writeBytes(entries.toByteArray());
    return Files.write(file, all.toByteArray());
  }

  public static byte[] superblock(long magic, long version, long entryCount, int sector) {
    return ByteBuffer.allocate(SECTOR)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(magic)
        .putLong(version)
        .putLong(entryCount)
        .putInt(sector)
        .array();
  }

  public static byte[] filled(int blocks, int value) {
    byte[] data = new byte[blocks * SECTOR];
    Arrays.fill(data, (byte) value);
    return data;
  }
}

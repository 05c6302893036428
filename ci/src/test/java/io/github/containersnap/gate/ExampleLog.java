package io.github.containersnap.gate;

import io.github.containersnap.harness.experiment.Recording;
import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.log.DiskGeometry;
import io.github.containersnap.loopback.log.LogEntry;
import io.github.containersnap.loopback.log.MarkSector;
import io.github.containersnap.loopback.log.WriteLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A small write log, made byte by byte.
 *
 * <pre>
 * 0 write   1 flush   2 "update begins"   3 "step 3: …"   4 write   5 write   6 flush
 * 7 "step 8: …"   8 write   9 "success reported"   10 write   11 flush
 * </pre>
 */
public final class ExampleLog {
  private static final int SECTOR = WriteLog.SECTOR_BYTES;
  private static final int SECTORS = 64;
  private static final long FLUSH = 1;

  private final ByteArrayOutputStream entries = new ByteArrayOutputStream();
  private int count;

  private record Disk(long sizeBytes, long marksOffset) implements DiskGeometry {}

  public static WriteLog in(Path directory) {
    return new ExampleLog().finish(directory.resolve("example.log"));
  }

  /** The same update, before which one write and one flush more were recorded, and a write. */
  public static WriteLog withMoreBeforeItBegins(Path directory) {
    return new ExampleLog().write(7).flush().write(8).finish(directory.resolve("more.log"));
  }

  /** Whether the last entry of a prefix is a mark. */
  public static boolean endsAtMark(WriteLog log, CrashState prefix) {
    return prefix.place() > 0 && log.entries().get(prefix.place() - 1) instanceof LogEntry.Mark;
  }

  private WriteLog finish(Path file) {
    ExampleLog log = this;
    log.write(1).flush().mark(Recording.BEGINS).mark("step 3: pulling the image");
    log.write(2).write(3).flush().mark("step 8: making it the default");
    log.write(4).mark(Recording.REPORTED).write(5).flush();
    return log.read(file);
  }

  private ExampleLog write(int sector) {
    return entry(sector, 1, 0, new byte[SECTOR]);
  }

  private ExampleLog flush() {
    return entry(0, 0, FLUSH, new byte[0]);
  }

  private ExampleLog mark(String name) {
    return entry(SECTORS - 1, 1, 0, MarkSector.encode(name));
  }

  private ExampleLog entry(long sector, long sectors, long flags, byte[] data) {
    ByteBuffer header = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(sector).putLong(sectors).putLong(flags);
    entries.writeBytes(header.array());
    entries.writeBytes(data);
    count++;
    return this;
  }

  private WriteLog read(Path file) {
    ByteBuffer superblock = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
    superblock.putLong(0x6a736677736872L).putLong(1).putLong(count).putInt(SECTOR);
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(superblock.array());
    whole.writeBytes(entries.toByteArray());
    try {
      Files.write(file, whole.toByteArray());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return WriteLog.read(file, new Disk((long) SECTORS * SECTOR, (SECTORS - 1L) * SECTOR));
  }
}

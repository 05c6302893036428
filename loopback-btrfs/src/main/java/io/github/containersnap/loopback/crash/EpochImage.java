package io.github.containersnap.loopback.crash;

import io.github.containersnap.loopback.log.Epoch;
import io.github.containersnap.loopback.log.LogEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A disk with an epoch in flight, which becomes one part of that epoch after the other. What it
 * costs to go from one to the next is what differs between them, not the epoch.
 */
public final class EpochImage implements AutoCloseable {
  private static final int CHUNK_BYTES = 1 << 20;

  private final CrashImage image;
  private final Path start;
  private final FileChannel startChannel;
  private List<LogEntry.Change> arrived = List.of();

  private EpochImage(CrashImage image, Path start, FileChannel startChannel) {
    this.image = image;
    this.start = start;
    this.startChannel = startChannel;
  }

  /**
   * A disk on which nothing of the epoch has arrived yet.
   *
   * @param image at the epoch's first entry; while this is in use it is this one's to change
   * @param copy a copy of the image as it is now; only read
   */
  public static EpochImage of(CrashImage image, Path copy) {
    try {
      return new EpochImage(image, copy, FileChannel.open(copy, StandardOpenOption.READ));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot open " + copy, e);
    }
  }

  /** Hears which bytes of the image were written. */
  @FunctionalInterface
  public interface Written {
    /** {@code length} bytes from byte {@code offset} of the image on. */
    void at(long offset, long length);
  }

  /**
   * Makes the image the disk on which of the epoch only {@code wanted} has arrived, in this order.
   *
   * @param hears what is written on the way; what is not named is as it was
   * @throws UncheckedIOException if the image cannot be written; it is then of no further use
   */
  public void become(List<LogEntry.Change> wanted, Written hears) {
    Set<LogEntry.Change> before = new HashSet<>(arrived);
    Set<LogEntry.Change> after = new HashSet<>(wanted);
    List<LogEntry.Change> differing = new ArrayList<>();
    arrived.stream().filter(change -> !after.contains(change)).forEach(differing::add);
    wanted.stream().filter(change -> !before.contains(change)).forEach(differing::add);
    for (LogEntry.Change range : differing) {
      rewrite(range.offset(), range.length(), wanted);
      hears.at(range.offset(), range.length());
    }
    arrived = List.copyOf(wanted);
  }

  /** The range as it was before the epoch, and then each change as far as it lies in the range. */
  private void rewrite(long offset, long length, List<LogEntry.Change> wanted) {
    List<LogEntry.Change> parts =
        wanted.stream()
            .flatMap(change -> ClippedWrite.to(offset, length, change).stream())
            .toList();
    boolean covered =
        parts.stream().anyMatch(part -> part.offset() == offset && part.length() == length);
    if (!covered) {
      restore(offset, length);
    }
    image.arrive(parts);
  }

  private void restore(long offset, long length) {
    try {
      ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, length));
      for (long done = 0; done < length; done += buffer.limit()) {
        buffer.clear().limit((int) Math.min(buffer.capacity(), length - done));
        while (buffer.hasRemaining()) {
          if (startChannel.read(buffer, offset + done + buffer.position()) < 0) {
            throw new IOException(
                "%s ends at byte %d: it is no copy of the disk"
                    .formatted(start, offset + done + buffer.position()));
          }
        }
        image.put(buffer.flip(), offset + done);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot bring %d bytes at byte %d of %s back from %s"
              .formatted(length, offset, image.image(), start),
          e);
    }
  }

  /**
   * All of the epoch arrives, and with {@code endEntry} entries of the log the image can go on from
   * there as before.
   */
  public void complete(Epoch epoch, Written hears) {
    become(epoch.changes(), hears);
    image.standsAt(epoch.endEntry());
  }

  /** Lets go of the copy. The image holds what it last became. */
  @Override
  public void close() {
    try {
      startChannel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot close " + start, e);
    }
  }
}

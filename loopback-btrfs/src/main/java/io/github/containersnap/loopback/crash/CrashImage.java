package io.github.containersnap.loopback.crash;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.loopback.log.LogBytes;
import io.github.containersnap.loopback.log.LogEntry;
import io.github.containersnap.loopback.log.WriteLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A disk image that advances through a write log: after {@code n} entries it is the disk as a power
 * cut after exactly these left it.
 *
 * <p>Flushes and marks change nothing. A discarded range reads as zeros from then on: a disk may
 * answer anything there, zeros are what most answer, what the recorded disk itself answered (so the
 * whole log gives the recorded disk bit for bit), and the least kind to a filesystem that still
 * needed the data.
 *
 * <p>The image must not be mounted while it advances; mount a reflink copy of it.
 */
public final class CrashImage implements AutoCloseable {
  private static final int CHUNK_BYTES = 1 << 20;

  private final Path image;
  private final WriteLog log;
  private final FileChannel channel;
  private final LogBytes bytes;
  private final long imageBytes;
  private int position;

  private CrashImage(Path image, WriteLog log, FileChannel channel, LogBytes bytes)
      throws IOException {
    this.image = image;
    this.log = log;
    this.channel = channel;
    this.bytes = bytes;
    this.imageBytes = channel.size();
  }

  /**
   * An image in the state before the first entry.
   *
   * @param imageCopyOfBase a copy of the disk as it was when the recording began; it is changed
   */
  public static CrashImage of(Path imageCopyOfBase, WriteLog log) {
    try {
      LogBytes bytes = log.openBytes();
      try {
        FileChannel channel = FileChannel.open(imageCopyOfBase, StandardOpenOption.WRITE);
        return new CrashImage(imageCopyOfBase, log, channel, bytes);
      } catch (IOException e) {
        bytes.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot open " + imageCopyOfBase + " and its log", e);
    }
  }

  /** The image file. */
  public Path image() {
    return image;
  }

  /** How many entries of the log have been applied. */
  public int position() {
    return position;
  }

  /**
   * Applies the entries from the present position up to, but not with, {@code entryCount}.
   *
   * @throws IllegalArgumentException if the image is already past it or the log has fewer entries
   * @throws UncheckedIOException if the image cannot be written; it is then of no further use
   */
  public void advanceTo(int entryCount) {
    if (entryCount < position || entryCount > log.entries().size()) {
      throw new IllegalArgumentException(
          "%s holds %d of %d entries and cannot become the state after %d; begin with a new copy"
              .formatted(image, position, log.entries().size(), entryCount));
    }
    for (LogEntry entry : log.entries().subList(position, entryCount)) {
      if (entry instanceof LogEntry.Change change) {
        apply(change);
      }
    }
    position = entryCount;
  }

  /**
   * Applies changes on top of the present state: a subset of the epoch in flight, or the front part
   * of a write that tore (a {@link LogEntry.Write} with a smaller length). The image is then no
   * prefix of its log any more, so make this the last thing done to it.
   */
  public void arrive(List<? extends LogEntry.Change> changes) {
    changes.forEach(this::apply);
  }

  /**
   * Makes the image one crash state, of whatever family; afterwards it can become no other.
   *
   * @throws IllegalArgumentException if the image is already past it, or the log has no such state
   */
  public void become(CrashState state) {
    ArrivedWrites arrived = CrashStates.of(log).arrived(state);
    advanceTo(arrived.durable());
    arrive(arrived.changes());
  }

  /**
   * The image is after {@code entryCount} entries without having been brought there by {@link
   * #advanceTo}: an {@link EpochImage} has done it.
   */
  void standsAt(int entryCount) {
    position = entryCount;
  }

  private void apply(LogEntry.Change change) {
    if (change.offset() > imageBytes - change.length()) {
      throw new IllegalArgumentException(
          "Entry %d reaches byte %d, but %s has only %d: it is no copy of the recorded disk"
              .formatted(change.index(), change.offset() + change.length(), image, imageBytes));
    }
    try {
      switch (change) {
        case LogEntry.Write write -> copy(write);
        case LogEntry.Discard discard -> zero(discard);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot apply entry %d of %s to %s".formatted(change.index(), log.file(), image), e);
    }
  }

  private void copy(LogEntry.Write write) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, write.length()));
    for (long done = 0; done < write.length(); done += buffer.limit()) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), write.length() - done));
      bytes.read(write, done, buffer);
      put(buffer.flip(), write.offset() + done);
    }
  }

  private void zero(LogEntry.Discard discard) throws IOException {
    if (discard.length() > CHUNK_BYTES) {
      // A hole reads as zeros and takes no space; a trim of a whole disk would fill it otherwise.
      ExternalCommand.of(
              "fallocate",
              "--punch-hole",
              "--offset",
              discard.offset(),
              "--length",
              discard.length(),
              image)
          .run();
    } else {
      put(ByteBuffer.allocate((int) discard.length()), discard.offset());
    }
  }

  /** Writes the rest of the buffer to the image. */
  void put(ByteBuffer buffer, long offset) throws IOException {
    long next = offset;
    while (buffer.hasRemaining()) {
      next += channel.write(buffer, next);
    }
  }

  @Override
  public void close() {
    try (bytes;
        channel) {
      // Nothing to do first: what was written is in the page cache, where every reader sees it.
      return;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot close " + image, e);
    }
  }
}

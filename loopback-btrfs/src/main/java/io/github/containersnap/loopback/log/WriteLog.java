package io.github.containersnap.loopback.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The write log of a run: every block write, discard and flush of a disk, in order.
 *
 * <p>The file is in the format of the kernel's device-mapper log-writes target
 * (Documentation/admin-guide/device-mapper/log-writes.rst) as QEMU's blklogwrites driver writes it
 * (DESIGN, fact 13). Its order is that in which the writes <em>completed</em> at the recorder. The
 * kernel's own target is stricter: it lists a write only when the flush after it has made it
 * durable. So a prefix of this log can hold a write that the kernel's log would show an epoch
 * later; prefixes alone never show that a flush is missing, subsets of an epoch do.
 *
 * <p>Immutable once read; the file must stay as it is for as long as the bytes of its writes are
 * wanted.
 */
public final class WriteLog {

  /**
   * The log sector that the recorder uses: 4096 bytes. Everything btrfs writes is a multiple of it,
   * so no write is widened by it, and the bytes of every write lie page-aligned in the log.
   */
  public static final int SECTOR_BYTES = 4096;

  private static final int COPY_AT_ONCE = 1 << 26;

  private final Path file;
  private final int sectorBytes;
  private final List<LogEntry> entries;
  private final long endPosition;
  private final boolean complete;
  private final Optional<String> tornTail;

  private WriteLog(
      Path file,
      int sectorBytes,
      List<LogEntry> entries,
      long endPosition,
      boolean complete,
      Optional<String> tornTail) {
    this.file = file;
    this.sectorBytes = sectorBytes;
    this.entries = List.copyOf(entries);
    this.endPosition = endPosition;
    this.complete = complete;
    this.tornTail = tornTail;
  }

  /**
   * Reads a log and checks every entry against the file and the disk.
   *
   * <p>Entries that the log's superblock counts must all be whole. After them, or if the superblock
   * was never written, entries are read for as long as they make sense; an entry that does not ends
   * the log, see {@link #tornTail()}. Entries after {@link MarkSector#RECORDING_ENDED} are the
   * recorder's own and are left out.
   *
   * @throws MalformedWriteLogException if the file is no write log or a counted entry is torn
   * @throws UncheckedIOException if the file cannot be read
   */
  public static WriteLog read(Path logFile, DiskGeometry disk) {
    try (FileChannel channel = FileChannel.open(logFile, StandardOpenOption.READ)) {
      if (channel.size() < LogSuperblock.BYTES) {
        throw new MalformedWriteLogException(
            logFile, 0, "%d bytes are too few for a superblock".formatted(channel.size()));
      }
      byte[] first = new byte[LogSuperblock.BYTES];
      LogBytes.readFully(channel, 0, ByteBuffer.wrap(first));
      LogSuperblock superblock = LogSuperblock.decode(logFile, first);
      EntryReader reader = new EntryReader(logFile, channel, superblock.sectorBytes(), disk);
      if (superblock.entryCount().isPresent()) {
        reader.readExactly(superblock.entryCount().getAsLong());
      }
      Optional<String> tornTail = reader.readWhatFollows();
      return untilRecordingEnded(logFile, superblock.sectorBytes(), reader, tornTail);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the write log " + logFile, e);
    }
  }

  private static WriteLog untilRecordingEnded(
      Path file, int sectorBytes, EntryReader reader, Optional<String> tornTail) {
    List<LogEntry> all = reader.entries();
    Optional<Integer> end = indexOfMark(all, MarkSector.RECORDING_ENDED);
    if (end.isEmpty()) {
      return new WriteLog(file, sectorBytes, all, reader.position(), false, tornTail);
    }
    List<LogEntry> recorded = all.subList(0, end.get() + 1);
    long endPosition = reader.position();
    for (LogEntry later : all.subList(end.get() + 1, all.size())) {
      endPosition -= sizeInLog(later, sectorBytes);
    }
    return new WriteLog(file, sectorBytes, recorded, endPosition, true, Optional.empty());
  }

  private static long sizeInLog(LogEntry entry, int sectorBytes) {
    return switch (entry) {
      case LogEntry.Write write -> sectorBytes + write.length();
      case LogEntry.Mark _ -> sectorBytes + MarkSector.BYTES;
      case LogEntry.Flush _, LogEntry.Discard _ -> sectorBytes;
    };
  }

  /** The log file. */
  public Path file() {
    return file;
  }

  /** All entries; each stands at its index. */
  public List<LogEntry> entries() {
    return entries;
  }

  /** Whether the recording was closed in order, so that the log is known to hold all of the run. */
  public boolean complete() {
    return complete;
  }

  /** What was found where the log ends in the middle of an entry; empty if it does not. */
  public Optional<String> tornTail() {
    return tornTail;
  }

  /** The number of block writes, marks not counted. */
  public int writes() {
    return (int) entries.stream().filter(LogEntry.Write.class::isInstance).count();
  }

  /** The number of flushes. */
  public int flushes() {
    return (int) entries.stream().filter(LogEntry.Flush.class::isInstance).count();
  }

  /** The number of bytes written, marks not counted. */
  public long bytes() {
    return entries.stream()
        .mapToLong(entry -> entry instanceof LogEntry.Write write ? write.length() : 0)
        .sum();
  }

  /** The epochs of the log that hold at least one change. */
  public List<Epoch> epochs() {
    List<Epoch> epochs = new ArrayList<>();
    List<LogEntry.Change> changes = new ArrayList<>();
    int first = 0;
    for (LogEntry entry : entries) {
      switch (entry) {
        case LogEntry.Change change -> changes.add(change);
        case LogEntry.Mark _ -> {}
        case LogEntry.Flush flush -> {
          if (!changes.isEmpty()) {
            epochs.add(new Epoch(epochs.size(), first, flush.index(), true, changes));
          }
          changes.clear();
          first = flush.index() + 1;
        }
      }
    }
    if (!changes.isEmpty()) {
      epochs.add(new Epoch(epochs.size(), first, entries.size(), false, changes));
    }
    return List.copyOf(epochs);
  }

  /** The index of the first mark of this name. */
  public Optional<Integer> indexOfMark(String name) {
    return indexOfMark(entries, name);
  }

  private static Optional<Integer> indexOfMark(List<LogEntry> entries, String name) {
    return entries.stream()
        .filter(entry -> entry instanceof LogEntry.Mark mark && mark.name().equals(name))
        .map(LogEntry::index)
        .findFirst();
  }

  /**
   * Fills the buffer with the first bytes of a write of this log.
   *
   * @throws IllegalArgumentException if the write is shorter than what remains of the buffer
   * @throws UncheckedIOException if the log file cannot be read
   */
  public void readData(LogEntry.Write write, ByteBuffer into) {
    try (LogBytes bytes = openBytes()) {
      bytes.read(write, 0, into);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot read entry %d of %s".formatted(write.index(), file), e);
    }
  }

  /** Opens the log to read the bytes of many writes. */
  public LogBytes openBytes() throws IOException {
    return new LogBytes(file);
  }

  /**
   * Writes the log for other tools (xfstests' {@code replay-log}, for one): the public format with
   * a correct superblock and nothing after the last entry. Marks of the harness stay what they are
   * on the disk, ordinary writes past the end of the filesystem: such a tool will replay them.
   *
   * @throws UncheckedIOException if {@code target} exists already or cannot be written
   */
  public void copyTo(Path target) {
    LogSuperblock superblock = new LogSuperblock(sectorBytes, OptionalLong.of(entries.size()));
    try (FileChannel from = FileChannel.open(file, StandardOpenOption.READ);
        FileChannel to =
            FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer first = ByteBuffer.wrap(superblock.encode());
      while (first.hasRemaining()) {
        int _ = to.write(first);
      }
      long position = sectorBytes;
      while (position < endPosition) {
        long copied = from.transferTo(position, Math.min(COPY_AT_ONCE, endPosition - position), to);
        if (copied <= 0) {
          throw new IOException("%s has become shorter than %d bytes".formatted(file, endPosition));
        }
        position += copied;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot copy the write log %s to %s".formatted(file, target), e);
    }
  }
}

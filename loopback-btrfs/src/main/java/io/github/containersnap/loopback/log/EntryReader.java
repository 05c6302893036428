package io.github.containersnap.loopback.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Walks over the entries of a log file, believing none of them.
 *
 * <p>An entry is a header of 32 bytes (position, length, flags, length of a mark's data), padded
 * with zeros to a sector, followed by its bytes if it is a write. Position and length count log
 * sectors.
 */
final class EntryReader {
  private static final int HEADER_BYTES = 32;
  private static final long WRITE = 0;
  private static final long FLUSH = 1;
  private static final long DISCARD = 4;

  private final Path file;
  private final FileChannel channel;
  private final long fileBytes;
  private final int sectorBytes;
  private final DiskGeometry disk;
  private final List<LogEntry> entries = new ArrayList<>();
  private long position;

  EntryReader(Path file, FileChannel channel, int sectorBytes, DiskGeometry disk)
      throws IOException {
    this.file = file;
    this.channel = channel;
    this.fileBytes = channel.size();
    this.sectorBytes = sectorBytes;
    this.disk = disk;
    this.position = sectorBytes;
  }

  /** What is wrong with the bytes at the current position, had they to be an entry. */
  private static final class Fault extends Exception {
    private static final long serialVersionUID = 1L;

    Fault(String text) {
      super(text);
    }
  }

  List<LogEntry> entries() {
    return entries;
  }

  /** The byte of the log file at which the entries read so far end. */
  long position() {
    return position;
  }

  /** Reads the entries that the superblock vouches for: each must be whole. */
  void readExactly(long count) throws IOException {
    // Every entry takes a sector at least, so an absurd count is known before the first is read.
    long most = fileBytes / sectorBytes;
    if (Long.compareUnsigned(count, most) > 0) {
      throw new MalformedWriteLogException(
          file,
          16,
          "%s entries do not fit into %d bytes".formatted(Long.toUnsignedString(count), fileBytes));
    }
    for (long i = 0; i < count; i++) {
      try {
        readOne();
      } catch (Fault fault) {
        throw new MalformedWriteLogException(
            file,
            position,
            "entry %d of %d %s".formatted(entries.size(), count, fault.getMessage()));
      }
    }
  }

  /**
   * Reads on for as long as there are entries. The recorder counts its entries only at a flush, so
   * a recorder that was killed leaves entries nobody vouches for; the first that cannot be one ends
   * the log.
   *
   * @return why the log ends in the middle of something; empty if it ends where an entry ends
   */
  Optional<String> readWhatFollows() throws IOException {
    while (position < fileBytes && !nothingMoreIsWritten()) {
      try {
        readOne();
      } catch (Fault fault) {
        return Optional.of(
            "%s, byte %d: entry %d %s"
                .formatted(file, position, entries.size(), fault.getMessage()));
      }
    }
    return Optional.empty();
  }

  /** An all-zero header is space that was never written: a write of nothing at position 0. */
  private boolean nothingMoreIsWritten() throws IOException {
    byte[] header = new byte[(int) Math.min(HEADER_BYTES, fileBytes - position)];
    LogBytes.readFully(channel, position, ByteBuffer.wrap(header));
    return isZero(header, 0);
  }

  private void readOne() throws IOException, Fault {
    if (fileBytes - position < sectorBytes) {
      throw new Fault("is cut off within its header");
    }
    byte[] header = new byte[sectorBytes];
    LogBytes.readFully(channel, position, ByteBuffer.wrap(header));
    if (!isZero(header, HEADER_BYTES)) {
      throw new Fault("has a header that is not padded with zeros");
    }
    ByteBuffer buffer = LittleEndian.of(header);
    long offset = bytes(buffer.getLong(0), "position");
    long length = bytes(buffer.getLong(8), "length");
    long flags = buffer.getLong(16);
    if (buffer.getLong(24) != 0) {
      throw new Fault("carries mark data, which this recorder never writes");
    }
    entries.add(entry(flags, offset, length));
    position += sectorBytes + (flags == WRITE ? length : 0);
  }

  private LogEntry entry(long flags, long offset, long length) throws IOException, Fault {
    if (flags == FLUSH) {
      if (length != 0) {
        throw new Fault("is a flush of %d bytes".formatted(length));
      }
      return new LogEntry.Flush(entries.size());
    }
    if (flags != WRITE && flags != DISCARD) {
      throw new Fault("has flags 0x%x, which this recorder never writes".formatted(flags));
    }
    if (length == 0 || length > disk.sizeBytes() || offset > disk.sizeBytes() - length) {
      throw new Fault(
          "covers %d bytes from byte %d of a disk of %d bytes"
              .formatted(length, offset, disk.sizeBytes()));
    }
    return flags == DISCARD
        ? new LogEntry.Discard(entries.size(), offset, length)
        : writeOrMark(offset, length);
  }

  private LogEntry writeOrMark(long offset, long length) throws IOException, Fault {
    long dataPosition = position + sectorBytes;
    if (length > fileBytes - dataPosition) {
      throw new Fault(
          "needs %d bytes of data, %d are there".formatted(length, fileBytes - dataPosition));
    }
    int index = entries.size();
    if (offset == disk.marksOffset() && length == MarkSector.BYTES) {
      byte[] sector = new byte[MarkSector.BYTES];
      LogBytes.readFully(channel, dataPosition, ByteBuffer.wrap(sector));
      Optional<String> name = MarkSector.decode(sector);
      if (name.isPresent()) {
        return new LogEntry.Mark(index, name.get());
      }
    }
    return new LogEntry.Write(index, offset, length, dataPosition);
  }

  private long bytes(long sectors, String what) throws Fault {
    if (sectors < 0 || sectors > Long.MAX_VALUE / sectorBytes) {
      throw new Fault("has a %s of %s sectors".formatted(what, Long.toUnsignedString(sectors)));
    }
    return sectors * sectorBytes;
  }

  private static boolean isZero(byte[] bytes, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }
}

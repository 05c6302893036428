package io.github.containersnap.loopback.log;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The bytes of the writes of one log, read by position. Readers share nothing: one a thread. */
public final class LogBytes implements AutoCloseable {
  private final FileChannel channel;

  LogBytes(Path file) throws IOException {
    this.channel = FileChannel.open(file, StandardOpenOption.READ);
  }

  /**
   * Fills the buffer with bytes of a write.
   *
   * @param write an entry of this log, or the front part of one (a torn write)
   * @param skip how many bytes of the write to leave out first
   * @param into filled from its position to its limit
   * @throws IllegalArgumentException if the write has fewer bytes than asked for
   * @throws IOException if the log file cannot be read or has become shorter
   */
  public void read(LogEntry.Write write, long skip, ByteBuffer into) throws IOException {
    if (skip < 0 || skip > write.length() || into.remaining() > write.length() - skip) {
      throw new IllegalArgumentException(
          "%d bytes from byte %d of a write of %d bytes"
              .formatted(into.remaining(), skip, write.length()));
    }
    readFully(channel, write.dataPosition() + skip, into);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  static void readFully(FileChannel channel, long position, ByteBuffer into) throws IOException {
    long next = position;
    while (into.hasRemaining()) {
      int read = channel.read(into, next);
      if (read < 0) {
        throw new EOFException(
            "The write log ends at byte %d, %d bytes too early".formatted(next, into.remaining()));
      }
      next += read;
    }
  }
}

package io.github.containersnap.loopback.crash;

import io.github.containersnap.loopback.log.LogEntry;
import java.util.Optional;

/** The part of a change that lies in a range. */
final class ClippedWrite {

  private ClippedWrite() {}

  static Optional<LogEntry.Change> to(long offset, long length, LogEntry.Change change) {
    long start = Math.max(offset, change.offset());
    long end = Math.min(offset + length, change.offset() + change.length());
    if (start >= end) {
      return Optional.empty();
    }
    return Optional.of(
        switch (change) {
          case LogEntry.Write write ->
              new LogEntry.Write(
                  write.index(),
                  start,
                  end - start,
                  write.dataPosition() + (start - write.offset()));
          case LogEntry.Discard discard ->
              new LogEntry.Discard(discard.index(), start, end - start);
        });
  }
}

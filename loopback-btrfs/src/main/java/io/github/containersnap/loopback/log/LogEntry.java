package io.github.containersnap.loopback.log;

/** One entry of a write log. Offsets and lengths are in bytes of the recorded disk. */
public sealed interface LogEntry {

  /** The entry's place in the log, from 0. */
  int index();

  /** An entry that changes the content of the disk. */
  sealed interface Change extends LogEntry {

    /** Where on the disk it begins. */
    long offset();

    /** How many bytes of the disk it changes; never 0. */
    long length();
  }

  /**
   * A block write.
   *
   * @param index the entry's place in the log
   * @param offset where on the disk it begins
   * @param length how many bytes it writes
   * @param dataPosition where in the log file its bytes lie
   */
  record Write(int index, long offset, long length, long dataPosition) implements Change {}

  /**
   * A discard: the filesystem no longer needs this range. A disk may answer reads of it with
   * anything.
   */
  record Discard(int index, long offset, long length) implements Change {}

  /** A flush: all entries before it are durable once it has returned. */
  record Flush(int index) implements LogEntry {}

  /** A mark of the harness: no part of the disk's content and no barrier. */
  record Mark(int index, String name) implements LogEntry {}
}

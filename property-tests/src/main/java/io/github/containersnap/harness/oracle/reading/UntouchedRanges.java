package io.github.containersnap.harness.oracle.reading;

import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.log.LogEntry;
import io.github.containersnap.loopback.log.WriteLog;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where no write of a whole log went: there every crash state holds what the disk before the log
 * held, so that a place names its content. What was overwritten in place has no name.
 *
 * <p>Not for btrfs, whose extents have addresses of their own.
 */
public final class UntouchedRanges implements ContentNames {
  private final NavigableMap<Long, Long> written = new TreeMap<>();

  /**
   * The ranges of a log.
   *
   * @param disk the disk before the log
   */
  public UntouchedRanges(SystemDisk disk, WriteLog log) {
    this(disk.systemOffset(), log.entries());
  }

  /** The same of a filesystem that begins at an offset. */
  UntouchedRanges(long systemOffset, List<LogEntry> entries) {
    for (LogEntry entry : entries) {
      if (entry instanceof LogEntry.Change change) {
        add(change.offset() - systemOffset, change.length());
      }
    }
  }

  private void add(long from, long length) {
    long start = from;
    long end = from + length;
    Map.Entry<Long, Long> before = written.floorEntry(start);
    if (before != null && before.getValue() >= start) {
      start = before.getKey();
      end = Math.max(end, before.getValue());
    }
    NavigableMap<Long, Long> within = written.subMap(start, true, end, true);
    for (long other : within.values()) {
      end = Math.max(end, other);
    }
    within.clear();
    written.put(start, end);
  }

  @Override
  public Optional<String> of(long address, long length) {
    return isWritten(address, length) ? Optional.empty() : Optional.of(address + "+" + length);
  }

  private boolean isWritten(long from, long length) {
    Map.Entry<Long, Long> before = written.lowerEntry(from + length);
    return before != null && before.getValue() > from;
  }
}

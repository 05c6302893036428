package io.github.containersnap.gate.report;

import io.github.containersnap.loopback.btrfs.WriteKind;
import io.github.containersnap.loopback.log.WriteLog;
import java.time.Duration;
import java.util.Map;

/**
 * The recording that a check made.
 *
 * @param log the write log
 * @param kinds what its writes are, by their places in it
 * @param disk what the disk is recognised by
 * @param took how long the experiment took
 */
public record RecordedLog(
    WriteLog log, Map<Integer, WriteKind> kinds, DiskDigests disk, Duration took) {
  public RecordedLog {
    kinds = Map.copyOf(kinds);
  }
}

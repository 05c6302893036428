package io.github.containersnap.gate.report;

import io.github.containersnap.loopback.btrfs.WriteKind;
import io.github.containersnap.loopback.log.WriteLog;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The recording that a check made.
 *
 * @param log the write log
 * @param kinds what its writes are, by their places in it
 * @param disk what the disk is recognised by
 * @param took how long the experiment took
 * @param undisturbed how long the update takes when nobody records it; empty if that is not known
 */
public record RecordedLog(
    WriteLog log,
    Map<Integer, WriteKind> kinds,
    DiskDigests disk,
    Duration took,
    Optional<Duration> undisturbed) {

  /** A recording of an update whose time is not known. */
  public RecordedLog(WriteLog log, Map<Integer, WriteKind> kinds, DiskDigests disk, Duration took) {
    this(log, kinds, disk, took, Optional.empty());
  }

  public RecordedLog {
    kinds = Map.copyOf(kinds);
  }
}

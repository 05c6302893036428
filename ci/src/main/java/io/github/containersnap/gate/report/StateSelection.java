package io.github.containersnap.gate.report;

import io.github.containersnap.harness.experiment.Recording;
import io.github.containersnap.harness.sweep.CrashSweep;
import io.github.containersnap.harness.sweep.SelectedStates;
import io.github.containersnap.loopback.crash.CrashStates;
import io.github.containersnap.loopback.log.WriteLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which crash states were asked for.
 *
 * @param kind which kinds of states
 * @param inFlight which states of each epoch in flight, if the kind asks for them
 * @param sample how many of the distinct states at most; empty for all
 * @param seed what the sample was drawn with
 * @param depth which states were examined in depth
 * @param commitsEvery how often somebody else committed the filesystem while it was recorded
 */
public record StateSelection(
    SelectedStates.Kind kind,
    CrashStates.Choice inFlight,
    OptionalInt sample,
    long seed,
    CrashSweep.Depth depth,
    Optional<Duration> commitsEvery) {

  /** The states of a recording that are to be checked. */
  public SelectedStates of(Recording recording) {
    return of(recording.log(), recording.base().image(), recording.reportedAt());
  }

  /**
   * The states of a log that are to be checked.
   *
   * @param base the disk before it
   * @param reportedAt the index in the log from which on success has been reported
   */
  public SelectedStates of(WriteLog log, Path base, int reportedAt) {
    SelectedStates all = SelectedStates.of(log, base, kind, inFlight, reportedAt);
    return sample.isPresent() ? all.sample(sample.getAsInt(), seed) : all;
  }
}

package io.github.containersnap.gate.report;

import io.github.containersnap.harness.experiment.Recording;
import io.github.containersnap.harness.sweep.CrashSweep;
import io.github.containersnap.harness.sweep.SelectedStates;
import io.github.containersnap.loopback.crash.CrashStates;
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
    SelectedStates all = SelectedStates.of(recording, kind, inFlight);
    return sample.isPresent() ? all.sample(sample.getAsInt(), seed) : all;
  }
}

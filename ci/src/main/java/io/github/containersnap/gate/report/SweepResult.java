package io.github.containersnap.gate.report;

import io.github.containersnap.harness.sweep.SelectedStates;
import io.github.containersnap.harness.sweep.StateVerdict;
import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.crash.Fingerprint;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a sweep over the crash states found.
 *
 * @param states which states there are, and which of them were to be checked
 * @param classes how many classes of equal reachable content were examined in depth
 * @param machines on how many different machines, as recovery left them, the command was given
 *     again; 0 if it was in each class
 * @param lookedAt how many states GRUB's driver and the kernel looked at
 * @param bootingOnce how many states boot the new system once and the old one from then on
 * @param verdicts the verdicts, in the order of a report
 * @param classOf the classes of the states that were checked, as far as they were examined
 * @param disks what the disks of the violated states are recognised by
 * @param took how long the sweep took
 */
public record SweepResult(
    SelectedStates states,
    int classes,
    int machines,
    int lookedAt,
    int bootingOnce,
    List<StateVerdict> verdicts,
    Map<CrashState, StateClass> classOf,
    Map<CrashState, Fingerprint> disks,
    Duration took) {

  public SweepResult {
    verdicts = List.copyOf(verdicts);
    // Neighbours among states have neighbouring hashes, in which Map.copyOf would search for long.
    classOf = Collections.unmodifiableMap(new HashMap<>(classOf));
    disks = Collections.unmodifiableMap(new HashMap<>(disks));
  }

  double statesPerSecond() {
    return verdicts.size() / Math.max(0.001, took.toMillis() / 1000.0);
  }
}

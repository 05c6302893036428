package io.github.containersnap.gate.report;

import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.gate.run.Scenario;
import io.github.containersnap.gate.run.UpdaterUnderTest;
import io.github.containersnap.harness.experiment.UpdateExperiment;
import io.github.containersnap.harness.property.Side;
import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.harness.sweep.CrashSweep;
import io.github.containersnap.harness.sweep.SelectedStates;
import io.github.containersnap.harness.sweep.StateVerdict;
import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.crash.Fingerprint;
import io.github.containersnap.loopback.log.WriteLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * All that a check found; reports are views of it.
 *
 * @param oldImage the image before the update
 * @param newImage the image after it
 * @param updater what was checked
 * @param scenario what it did when the power was lost
 * @param log the write log
 * @param disk what the disk is recognised by
 * @param selection which states were asked for
 * @param states which states there are, and which of them were to be checked
 * @param classes how many classes of equal reachable content were examined in depth
 * @param lookedAt how many states GRUB's driver and the kernel looked at
 * @param bootingOnce how many states boot the new system once and the old one from then on
 * @param verdicts the verdicts, in the order of a report
 * @param disks what the disks of the violated states are recognised by
 * @param kept where the disk and the log were kept, if that was asked for
 * @param recording how long the experiment took
 * @param checking how long the sweep took
 * @param boots what was booted
 */
public record CheckResult(
    UpdateExperiment.Candidate oldImage,
    UpdateExperiment.Candidate newImage,
    UpdaterUnderTest updater,
    Scenario scenario,
    WriteLog log,
    DiskDigests disk,
    StateSelection selection,
    SelectedStates states,
    int classes,
    int lookedAt,
    int bootingOnce,
    List<StateVerdict> verdicts,
    Map<CrashState, Fingerprint> disks,
    Optional<Path> kept,
    Duration recording,
    Duration checking,
    BootResults boots) {

  /** A violated state, and what its disk is recognised by. */
  public record Failing(CrashState state, Fingerprint fingerprint, Verdict.Violated verdict) {}

  public ExitStatus status() {
    ExitStatus status = ExitStatus.of(verdicts);
    return status == ExitStatus.HOLDS && voidBecause().isPresent()
        ? ExitStatus.CANNOT_TELL
        : status;
  }

  /** Why the run was no experiment, if it was none; a sample need not show that it was one. */
  Optional<String> voidBecause() {
    return selection.sample().isPresent() || ExitStatus.of(verdicts) != ExitStatus.HOLDS
        ? Optional.empty()
        : CrashSweep.obstacle(verdicts);
  }

  long holding(Side side) {
    return verdicts.stream().filter(v -> v.verdict().equals(new Verdict.Holds(side))).count();
  }

  List<StateVerdict> violated() {
    return verdicts.stream().filter(v -> v.verdict() instanceof Verdict.Violated).toList();
  }

  /** The violated states with their disks. */
  public List<Failing> failing() {
    return violated().stream()
        .map(
            each ->
                new Failing(
                    each.state(),
                    Objects.requireNonNull(disks.get(each.state())),
                    (Verdict.Violated) each.verdict()))
        .toList();
  }

  List<StateVerdict> unknown() {
    return verdicts.stream().filter(v -> v.verdict() instanceof Verdict.Unknown).toList();
  }

  double statesPerSecond() {
    return verdicts.size() / Math.max(0.001, checking.toMillis() / 1000.0);
  }
}

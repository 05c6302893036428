package io.github.containersnap.gate.report;

import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.harness.property.Side;
import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.harness.sweep.CrashSweep;
import io.github.containersnap.harness.sweep.StateVerdict;
import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.crash.Fingerprint;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * All that a check found; reports are views of it.
 *
 * @param update what was checked
 * @param recorded what was recorded
 * @param selection which states were asked for
 * @param sweep what became of them
 * @param boots what was booted
 * @param kept where the disk and the log were kept, if that was asked for
 * @param shard which part of a check this is; empty for all of it
 * @param incomplete what is missing of a check that was put together from shards, as a part of a
 *     sentence; such a check is never a pass
 */
public record CheckResult(
    CheckedUpdate update,
    RecordedLog recorded,
    StateSelection selection,
    SweepResult sweep,
    BootResults boots,
    Optional<Path> kept,
    Optional<ShardPart> shard,
    Optional<String> incomplete) {

  /** A violated state, and what its disk is recognised by. */
  public record Failing(CrashState state, Fingerprint fingerprint, Verdict.Violated verdict) {}

  /** What the gate's exit status says of it. */
  public ExitStatus status() {
    boolean emptyShard = shard.isPresent() && sweep.verdicts().isEmpty();
    ExitStatus status = emptyShard ? ExitStatus.HOLDS : ExitStatus.of(sweep.verdicts());
    return status == ExitStatus.HOLDS && voidBecause().isPresent()
        ? ExitStatus.CANNOT_TELL
        : status;
  }

  /** Why the run was no experiment, if it was none; a part of it need not show that it was one. */
  Optional<String> voidBecause() {
    if (ExitStatus.of(sweep.verdicts()) != ExitStatus.HOLDS) {
      return Optional.empty();
    }
    if (incomplete.isPresent()) {
      return incomplete;
    }
    return shard.isPresent() || selection.sample().isPresent()
        ? Optional.empty()
        : CrashSweep.obstacle(sweep.verdicts());
  }

  long holding(Side side) {
    return sweep.verdicts().stream()
        .filter(v -> v.verdict().equals(new Verdict.Holds(side)))
        .count();
  }

  List<StateVerdict> violated() {
    return sweep.verdicts().stream().filter(v -> v.verdict() instanceof Verdict.Violated).toList();
  }

  /** The violated states with their disks. */
  public List<Failing> failing() {
    return violated().stream()
        .map(
            each ->
                new Failing(
                    each.state(),
                    Objects.requireNonNull(sweep.disks().get(each.state())),
                    (Verdict.Violated) each.verdict()))
        .toList();
  }

  /** How many states nobody has looked at: the time was up, or their shard has no result. */
  long unreached() {
    return unknown().stream().filter(each -> !sweep.classOf().containsKey(each.state())).count();
  }

  List<StateVerdict> unknown() {
    return sweep.verdicts().stream().filter(v -> v.verdict() instanceof Verdict.Unknown).toList();
  }
}

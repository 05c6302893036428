package io.github.containersnap.harness.fault;

import io.github.containersnap.harness.property.FaultKind;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What an updater makes of faults that are no power cuts. The machines are copies of the bench's;
 * what follows each fault is what a person would do: recover, look, update again.
 */
public final class FaultRuns {
  private final FaultBench bench;
  private final MutantCandidate subject;
  private final Consumer<String> hears;

  /**
   * Runs of an updater.
   *
   * @param hears each place before the fault happens there
   */
  public FaultRuns(FaultBench bench, MutantCandidate subject, Consumer<String> hears) {
    this.bench = bench;
    this.subject = subject;
    this.hears = hears;
  }

  /**
   * How it went.
   *
   * @param tries at how many places the fault happened
   * @param shown what was not as promised after the last of them, if anything
   */
  public record FaultRunResult(int tries, Optional<Shown> shown) {}

  /**
   * What a fault shows.
   *
   * @param where it happened
   * @param what is not as promised
   */
  public record Shown(String where, String what) {}

  /**
   * Lets a fault happen, at one place after the other, until something is not as promised.
   *
   * @throws IllegalArgumentException for power cuts, which the oracle judges, and for histories
   */
  public FaultRunResult run(FaultKind fault) throws IOException, InterruptedException {
    Log log = new Log();
    try {
      runOf(fault).run(log);
      return new FaultRunResult(log.count, Optional.empty());
    } catch (PropertyViolatedException e) {
      return new FaultRunResult(
          log.count, Optional.of(new Shown(log.last, String.valueOf(e.getMessage()))));
    }
  }

  private FaultRun runOf(FaultKind fault) {
    return switch (fault) {
      case POWER_CUT -> throw new IllegalArgumentException("crash states are the oracle's");
      case HISTORY -> throw new IllegalArgumentException("histories are the campaign's");
      case POWER_CUT_BY_DEFAULT -> new DefaultSubvolumeRun(bench, subject);
      case FULL_DISK -> new FullDiskRun(bench, subject);
      case BROKEN_PULL -> new BrokenPullRun(bench, subject);
      case IO_ERROR -> new IoErrorRun(bench, subject);
      case KILL -> new KillRun(bench, subject);
      case TWO_AT_ONCE -> new TwoAtOnceRun(bench, subject);
      case DELETED_SNAPSHOT -> new DeletedSnapshotRun(bench, subject);
    };
  }

  private final class Log implements FaultRun.Tries {
    private int count;
    private String last = "before any fault";

    @Override
    public void next(String where) {
      count++;
      last = where;
      hears.accept(where);
    }
  }
}

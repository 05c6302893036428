package io.github.containersnap.gate.check;

import io.github.containersnap.gate.benchmark.BenchmarkResult;
import io.github.containersnap.gate.images.PairSource;
import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.gate.run.GateContext;
import io.github.containersnap.gate.run.HostCapabilities;
import io.github.containersnap.gate.run.Scenario;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.gate.terminal.ProgressDisplay;
import io.github.containersnap.harness.property.Side;
import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.harness.sweep.CrashSweep;
import io.github.containersnap.harness.sweep.NaiveSweep;
import io.github.containersnap.harness.sweep.SelectedStates;
import io.github.containersnap.harness.sweep.StateVerdict;
import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.disk.Workspace;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The gate's sweep against the obvious loop: the same states of the same log in the same run, with
 * as many at a time. Before speed counts, their verdicts must agree.
 */
public final class SweepBenchmark {
  private final CheckPlan plan;
  private final int obviousStates;
  private final PairSource source;
  private final GateContext surroundings;

  /**
   * A comparison that has not begun.
   *
   * @param obviousStates how many states the obvious loop checks
   */
  public SweepBenchmark(
      CheckPlan plan, int obviousStates, PairSource source, GateContext surroundings) {
    this.plan = plan;
    this.obviousStates = obviousStates;
    this.source = source;
    this.surroundings = surroundings;
  }

  /** What one of both did. */
  private record Pass(List<StateVerdict> verdicts, Duration took) {
    double statesPerSecond() {
      return verdicts.size() / Math.max(0.001, took.toMillis() / 1000.0);
    }
  }

  /**
   * Runs both and prints how fast each was.
   *
   * @throws UnusableInputException if the loop is to check no state
   */
  public ExitStatus run() throws IOException, InterruptedException {
    if (obviousStates < 1) {
      throw new UnusableInputException("--obvious needs a number from 1 on.");
    }
    HostCapabilities.thisMachine().requireFit();
    try (Workspace workspace = surroundings.openWorkspace()) {
      Recorder recorder = new Recorder(plan, Scenario.USUAL, source, surroundings, workspace);
      try (RecordedUpdate update = recorder.record()) {
        return compare(update, recorder);
      }
    }
  }

  private ExitStatus compare(RecordedUpdate update, Recorder recorder)
      throws IOException, InterruptedException {
    SelectedStates states = plan.selection().of(update.recording());
    CrashSweep sweep = recorder.sweep(update);
    ProgressDisplay console = surroundings.console();
    console.part("the sweep: %,d states …".formatted(states.chosen().size()));
    Pass swept =
        timed(
            () ->
                sweep.check(
                    states.chosen(), plan.jobs(), verdict -> surroundings.interruption().check()));
    List<CrashState> sample = states.sample(obviousStates, plan.selection().seed()).chosen();
    console.part("the obvious loop: %,d of them …".formatted(sample.size()));
    Pass obvious = timed(() -> new NaiveSweep(sweep).check(sample, plan.jobs()));
    return print(surroundings.out(), sweep, swept, obvious);
  }

  private Pass timed(Callable<List<StateVerdict>> work) throws InterruptedException {
    long started = System.nanoTime();
    List<StateVerdict> verdicts = surroundings.run("the benchmark", work);
    return new Pass(verdicts, Duration.ofNanos(System.nanoTime() - started));
  }

  private ExitStatus print(PrintStream out, CrashSweep sweep, Pass swept, Pass obvious)
      throws IOException {
    List<StateVerdict> differing = differing(swept, obvious);
    out.printf("%-14s %8s %10s %14s   %s%n", "", "states", "seconds", "states/second", "verdicts");
    line(out, "sweep", swept);
    line(out, "obvious loop", obvious);
    out.printf(
        Locale.ROOT,
        "%nThe sweep is %.1f times as fast (%d at a time; %,d states looked at by GRUB%n"
            + "and the kernel, %,d classes in depth).%n",
        swept.statesPerSecond() / obvious.statesPerSecond(),
        plan.jobs(),
        sweep.lookedAt(),
        sweep.classes());
    out.printf(
        "Same verdicts: %,d of %,d.%n",
        obvious.verdicts().size() - differing.size(), obvious.verdicts().size());
    Map<CrashState, Verdict> bySweep = byState(swept);
    differing.stream()
        .limit(10)
        .forEach(
            each ->
                out.printf(
                    "  %s: sweep %s; obvious loop %s%n",
                    each.state(), bySweep.get(each.state()), each.verdict()));
    out.flush();
    if (plan.report().isPresent()) {
      result(swept, obvious, differing.size()).writeTo(plan.report().get().directory());
    }
    return differing.isEmpty() ? ExitStatus.HOLDS : ExitStatus.VIOLATED;
  }

  private static BenchmarkResult result(Pass swept, Pass obvious, int differing) {
    return new BenchmarkResult(
        1,
        differing == 0 ? "holds" : "violated",
        "The gate's sweep against the obvious loop, over crash states of one update",
        List.of(measurement("sweep", swept), measurement("obvious loop", obvious)),
        List.of(
            String.format(
                Locale.ROOT,
                "The sweep is %.1f times as fast.",
                swept.statesPerSecond() / obvious.statesPerSecond()),
            "Same verdicts: %,d of %,d."
                .formatted(obvious.verdicts().size() - differing, obvious.verdicts().size())));
  }

  private static BenchmarkResult.Measurement measurement(String name, Pass pass) {
    return new BenchmarkResult.Measurement(
        name,
        List.of(pass.took().toMillis() / 1000.0),
        pass.verdicts().size(),
        kinds(pass.verdicts()));
  }

  private static void line(PrintStream out, String name, Pass pass) {
    out.printf(
        Locale.ROOT,
        "%-14s %,8d %10.1f %14.1f   %s%n",
        name,
        pass.verdicts().size(),
        pass.took().toMillis() / 1000.0,
        pass.statesPerSecond(),
        kinds(pass.verdicts()));
  }

  /** E.g. "467 old, 27 new". */
  private static String kinds(List<StateVerdict> verdicts) {
    Map<String, Long> kinds =
        verdicts.stream()
            .collect(
                Collectors.groupingBy(
                    each ->
                        switch (each.verdict()) {
                          case Verdict.Holds holds -> holds.side() == Side.OLD ? "old" : "new";
                          case Verdict.Violated _ -> "violated";
                          case Verdict.Unknown _ -> "unknown";
                        },
                    Collectors.counting()));
    List<String> words = new ArrayList<>();
    for (String kind : List.of("old", "new", "violated", "unknown")) {
      if (kinds.containsKey(kind)) {
        words.add(String.format(Locale.ROOT, "%,d %s", kinds.get(kind), kind));
      }
    }
    return String.join(", ", words);
  }

  private static Map<CrashState, Verdict> byState(Pass pass) {
    return pass.verdicts().stream()
        .collect(Collectors.toMap(StateVerdict::state, StateVerdict::verdict));
  }

  private static List<StateVerdict> differing(Pass swept, Pass obvious) {
    Function<CrashState, Verdict> bySweep = byState(swept)::get;
    return obvious.verdicts().stream()
        .filter(each -> !NaiveSweep.same(bySweep.apply(each.state()), each.verdict()))
        .toList();
  }
}

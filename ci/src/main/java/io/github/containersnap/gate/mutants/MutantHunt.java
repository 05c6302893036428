package io.github.containersnap.gate.mutants;

import io.github.containersnap.gate.check.CheckPlan;
import io.github.containersnap.gate.check.RecordedUpdate;
import io.github.containersnap.gate.check.Recorder;
import io.github.containersnap.gate.check.ReportDirectory;
import io.github.containersnap.gate.images.PairSource;
import io.github.containersnap.gate.report.StateDescription;
import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.gate.run.GateContext;
import io.github.containersnap.gate.run.HostCapabilities;
import io.github.containersnap.gate.run.OutputDirectory;
import io.github.containersnap.gate.run.Scenario;
import io.github.containersnap.gate.run.UpdaterUnderTest;
import io.github.containersnap.harness.fault.FaultBench;
import io.github.containersnap.harness.fault.FaultRuns;
import io.github.containersnap.harness.fault.MutantCandidate;
import io.github.containersnap.harness.history.play.Campaign;
import io.github.containersnap.harness.history.play.StruckRestoration;
import io.github.containersnap.harness.mutant.Mutants;
import io.github.containersnap.harness.mutant.planted.FaultSwitch;
import io.github.containersnap.harness.property.FaultKind;
import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.harness.sweep.CrashSweep;
import io.github.containersnap.harness.sweep.SelectedStates;
import io.github.containersnap.harness.sweep.StateVerdict;
import io.github.containersnap.harness.updater.ExperimentFailedException;
import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.vm.images.SmallPair;
import io.github.containersnap.vm.images.cache.ImageCache;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lets happen to each mutant what shows its fault, until a property does not hold. */
public final class MutantHunt {
  /** How many states are handed to the sweep before it is asked whether one was enough. */
  private static final int STATES_AT_A_TIME = 24;

  /**
   * How many states with lost parts of the writes in flight are looked at, unless all are asked for
   * ({@code --states all}): no mutant that such states show has needed as many.
   */
  private static final int MOST_IN_FLIGHT = 480;

  private static final Set<FaultKind> WITH_A_REGISTRY =
      EnumSet.complementOf(EnumSet.of(FaultKind.POWER_CUT, FaultKind.HISTORY));

  private static final long FIRST_SEED = 1;

  /** Within so many histories each mutant is caught that histories are to show. */
  private static final int MOST_HISTORIES = 1500;

  private final CheckPlan plan;
  private final List<MutantTarget> hunted;
  private final GateContext surroundings;

  /**
   * A hunt that has not begun.
   *
   * @param hunted which mutants, in the order of the table
   */
  public MutantHunt(CheckPlan plan, List<MutantTarget> hunted, GateContext surroundings) {
    this.plan = plan;
    this.hunted = hunted;
    this.surroundings = surroundings;
  }

  /** Runs the hunt and prints its table; writes {@code mutants.json} if the plan names a report. */
  public ExitStatus run() throws IOException, InterruptedException {
    HostCapabilities.thisMachine().requireFit();
    if (hunted.stream().anyMatch(it -> it.shownBy().stream().anyMatch(WITH_A_REGISTRY::contains))) {
      HostCapabilities.requireProgram("docker-registry");
    }
    Optional<Path> directory = plan.report().map(ReportDirectory::directory);
    directory.ifPresent(path -> new OutputDirectory("--report", path).requireWritable());
    surroundings.sweep();
    MutantReport table = hunt();
    table.print(surroundings.out());
    if (directory.isPresent()) {
      table.result().writeTo(directory.get());
    }
    return table.status();
  }

  private MutantReport hunt() throws IOException, InterruptedException {
    try (Workspace workspace = surroundings.openWorkspace();
        LazyBench bench = new LazyBench()) {
      Recorder.ReadPair images =
          recorder(new UpdaterUnderTest.Shipped(Mutants.NONE), workspace).images();
      List<MutantReport.Line> lines = new ArrayList<>();
      for (MutantTarget mutant : hunted) {
        surroundings.interruption().check();
        surroundings
            .console()
            .explain(
                "%d of %d, %s: %s"
                    .formatted(
                        lines.size() + 1, hunted.size(), mutant.name(), mutant.description()));
        MutantReport.Line line = new MutantReport.Line(mutant, hunt(mutant, images, bench));
        surroundings.console().part(line.inWords());
        lines.add(line);
      }
      return new MutantReport(lines);
    }
  }

  private MutantReport.Catch hunt(MutantTarget mutant, Recorder.ReadPair images, LazyBench bench)
      throws IOException, InterruptedException {
    List<MutantReport.Looked> looked = new ArrayList<>();
    for (FaultKind fault : mutant.shownBy()) {
      MutantReport.Catch end =
          switch (fault) {
            case POWER_CUT -> cutPower(mutant, images);
            case HISTORY -> playHistories(mutant);
            default -> strike(mutant, fault, bench);
          };
      if (!(end instanceof MutantReport.Catch.Missed missed)) {
        return end;
      }
      looked.addAll(missed.looked());
    }
    return new MutantReport.Catch.Missed(List.copyOf(looked));
  }

  /** What the fault runs need is made when the first mutant needs it. */
  private final class LazyBench implements AutoCloseable {
    private @Nullable FaultBench bench;

    FaultBench get() throws IOException {
      if (bench == null) {
        surroundings.console().part("making the machine that faults happen to …");
        bench = new FaultBench(surroundings.openWorkspace());
      }
      return bench;
    }

    @Override
    public void close() {
      if (bench != null) {
        bench.close();
      }
    }
  }

  private MutantReport.Catch strike(MutantTarget mutant, FaultKind fault, LazyBench bench)
      throws IOException, InterruptedException {
    Mutants faults = mutant.updater().faults();
    MutantCandidate subject = new MutantCandidate(mutant.name(), faults);
    FaultRuns runs = new FaultRuns(bench.get(), subject, surroundings.console()::part);
    try (FaultSwitch _ = faults.switchOn()) {
      FaultRuns.FaultRunResult outcome = surroundings.run(fault.inWords(), () -> runs.run(fault));
      surroundings.interruption().check();
      return outcome.shown().isPresent()
          ? new MutantReport.Catch.Caught(
              fault,
              new Violation(fault.property(), outcome.shown().get().what()),
              outcome.shown().get().where(),
              outcome.tries())
          : new MutantReport.Catch.Missed(List.of(new MutantReport.Looked(fault, outcome.tries())));
    } catch (IllegalStateException failure) {
      surroundings.interruption().check();
      return new MutantReport.Catch.CannotTell(String.valueOf(failure.getMessage()));
    }
  }

  /** Histories of the seeds from 1 on. */
  private MutantReport.Catch playHistories(MutantTarget mutant) throws InterruptedException {
    Mutants faults = mutant.updater().faults();
    try (FaultSwitch _ = faults.switchOn()) {
      return surroundings
          .run(
              "playing histories",
              () -> Campaign.triesUntilCaught(FIRST_SEED, MOST_HISTORIES, faults))
          .map(caught -> caught(caught, "the history of seed " + caught.history().seed()))
          .or(
              () ->
                  StruckRestoration.caught(faults).stream()
                      .findFirst()
                      .map(
                          caught ->
                              caught(
                                  caught,
                                  "a restoration killed before call %d".formatted(caught.tries()))))
          .orElseGet(
              () ->
                  new MutantReport.Catch.Missed(
                      List.of(new MutantReport.Looked(FaultKind.HISTORY, MOST_HISTORIES))));
    }
  }

  private static MutantReport.Catch caught(Campaign.Caught caught, String where) {
    return new MutantReport.Catch.Caught(
        FaultKind.HISTORY, caught.violation(), where, caught.tries());
  }

  private MutantReport.Catch cutPower(MutantTarget mutant, Recorder.ReadPair images)
      throws IOException, InterruptedException {
    try (Workspace workspace = surroundings.openWorkspace()) {
      Recorder recorder = recorder(mutant.updater(), workspace);
      try (RecordedUpdate update = recorder.record(images)) {
        return cutPower(update, recorder.sweep(update));
      } catch (ExperimentFailedException undisturbed) {
        // A fault that shows without a power cut needs no search.
        return new MutantReport.Catch.Undisturbed(String.valueOf(undisturbed.getMessage()));
      }
    }
  }

  private Recorder recorder(UpdaterUnderTest updater, Workspace workspace) {
    PairSource small =
        (directory, progress) -> new SmallPair(ImageCache.ofThisUser(), progress).make();
    return new Recorder(plan, Scenario.USUAL, small, surroundings, workspace, updater);
  }

  /** Power cuts after a write first: they are the plainest, and they catch the most. */
  private MutantReport.Catch cutPower(RecordedUpdate update, CrashSweep sweep)
      throws InterruptedException {
    Random random = new Random(plan.selection().seed());
    Set<CrashState> looked = new HashSet<>();
    for (SelectedStates.Kind kind : List.of(SelectedStates.Kind.WRITE, SelectedStates.Kind.ALL)) {
      List<CrashState> states = new ArrayList<>(states(update, kind));
      states.removeIf(looked::contains);
      Collections.shuffle(states, random);
      int most = most(kind, states.size());
      for (int from = 0; from < most; from += STATES_AT_A_TIME) {
        surroundings.interruption().check();
        List<CrashState> some = states.subList(from, Math.min(most, from + STATES_AT_A_TIME));
        List<StateVerdict> verdicts =
            surroundings.run("the sweep", () -> sweep.check(some, plan.jobs(), verdict -> {}));
        for (StateVerdict each : verdicts) {
          looked.add(each.state());
          if (each.verdict() instanceof Verdict.Violated violated) {
            return new MutantReport.Catch.Caught(
                FaultKind.POWER_CUT,
                violated.violations().getFirst(),
                new StateDescription(update.recording().log()).of(each.state()),
                looked.size());
          }
          if (each.verdict() instanceof Verdict.Unknown unknown) {
            return new MutantReport.Catch.CannotTell(unknown.obstacle());
          }
        }
        surroundings.console().part("%,d states, none violated so far".formatted(looked.size()));
      }
    }
    return new MutantReport.Catch.Missed(
        List.of(new MutantReport.Looked(FaultKind.POWER_CUT, looked.size())));
  }

  private int most(SelectedStates.Kind kind, int states) {
    boolean all =
        kind == SelectedStates.Kind.WRITE || plan.selection().kind() == SelectedStates.Kind.ALL;
    return all ? states : Math.min(states, MOST_IN_FLIGHT);
  }

  private List<CrashState> states(RecordedUpdate update, SelectedStates.Kind kind) {
    return SelectedStates.of(update.recording(), kind, plan.selection().inFlight()).chosen();
  }
}

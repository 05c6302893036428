package io.github.containersnap.gate;

import io.github.containersnap.experiment.ExperimentFailedException;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.loopback.state.CrashState;
import io.github.containersnap.loopback.state.CrashStates;
import io.github.containersnap.mutants.Mutant;
import io.github.containersnap.oracle.CrashSweep;
import io.github.containersnap.oracle.StateSet;
import io.github.containersnap.oracle.StateVerdict;
import io.github.containersnap.properties.Verdict;
import io.github.containersnap.vm.images.Cache;
import io.github.containersnap.vm.images.SmallPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/** Looks for a crash state in which each mutant violates a property. */
final class MutantHunt {
  /** How many states are handed to the sweep before it is asked whether one was enough. */
  private static final int STATES_AT_A_TIME = 24;

  private final CheckOptions options;
  private final List<Mutant> mutants;
  private final Surroundings surroundings;

  MutantHunt(CheckOptions options, List<Mutant> mutants, Surroundings surroundings) {
    this.options = options;
    this.mutants = mutants;
    this.surroundings = surroundings;
  }

  ExitStatus run() throws IOException, InterruptedException {
    options.requireUsable();
    Host.thisMachine().requireFit();
    Optional<Path> directory = options.report().map(Report::directory);
    directory.ifPresent(path -> new OutputDirectory("--report", path).requireWritable());
    Path runs = Files.createDirectories(Cache.ofThisUser().root().resolve("runs"));
    Workspace.sweep(runs).forEach(line -> surroundings.console().part(line));
    List<MutantTable.Line> lines = new ArrayList<>();
    for (Mutant mutant : mutants) {
      surroundings.interruption().check();
      surroundings.console().explain("%s: %s".formatted(mutant.optionName(), mutant.description()));
      try (Workspace workspace =
          Workspace.open(runs, surroundings.interruption()::awaitEndOfWork)) {
        surroundings.interruption().worksIn(workspace.directory());
        lines.add(new MutantTable.Line(mutant, hunt(mutant, workspace)));
      }
    }
    MutantTable table = new MutantTable(lines);
    table.print(surroundings.out());
    if (directory.isPresent()) {
      Files.writeString(directory.get().resolve("mutants.json"), table.json());
    }
    return table.status();
  }

  private MutantTable.Catch hunt(Mutant mutant, Workspace workspace)
      throws IOException, InterruptedException {
    PairSource small = (directory, progress) -> new SmallPair(Cache.ofThisUser(), progress).make();
    Recorder recorder = new Recorder(options, small, surroundings, workspace, Optional.of(mutant));
    try (RecordedUpdate update = recorder.record()) {
      CrashSweep sweep =
          new CrashSweep(
              update.recording(),
              recorder.updater(),
              workspace,
              update.scratch(),
              options.selection().depth());
      return hunt(update, sweep);
    } catch (ExperimentFailedException undisturbed) {
      // A fault that shows without a power cut needs no search.
      return new MutantTable.Catch.Undisturbed(String.valueOf(undisturbed.getMessage()));
    }
  }

  private MutantTable.Catch hunt(RecordedUpdate update, CrashSweep sweep)
      throws InterruptedException {
    int looked = 0;
    for (List<CrashState> some : inRandomOrder(update)) {
      surroundings.interruption().check();
      for (StateVerdict each : check(sweep, some)) {
        looked++;
        if (each.verdict() instanceof Verdict.Violated violated) {
          return new MutantTable.Catch.Caught(
              violated.violations().getFirst(),
              new StateInWords(update.recording().log()).of(each.state()),
              looked);
        }
        if (each.verdict() instanceof Verdict.Unknown unknown) {
          return new MutantTable.Catch.CannotTell(unknown.obstacle());
        }
      }
      surroundings.console().part("%,d states, none violated so far".formatted(looked));
    }
    return new MutantTable.Catch.Missed(looked);
  }

  /** Power cuts after a write first: they are the plainest, and they catch the most. */
  private List<List<CrashState>> inRandomOrder(RecordedUpdate update) {
    Selection selection = options.selection();
    CrashStates.Choice choice = selection.inFlight();
    Random random = new Random(selection.seed());
    List<CrashState> plain = StateSet.of(update.recording(), StateSet.Kind.WRITE, choice).chosen();
    List<CrashState> all =
        new ArrayList<>(StateSet.of(update.recording(), StateSet.Kind.ALL, choice).chosen());
    Set<CrashState> first = new HashSet<>(plain);
    all.removeIf(first::contains);
    List<List<CrashState>> parts = new ArrayList<>();
    for (List<CrashState> states : List.of(plain, all)) {
      List<CrashState> shuffled = new ArrayList<>(states);
      Collections.shuffle(shuffled, random);
      for (int from = 0; from < shuffled.size(); from += STATES_AT_A_TIME) {
        parts.add(shuffled.subList(from, Math.min(shuffled.size(), from + STATES_AT_A_TIME)));
      }
    }
    return parts;
  }

  private List<StateVerdict> check(CrashSweep sweep, List<CrashState> states)
      throws InterruptedException {
    try {
      return ThreadsOfTheirOwn.run(() -> sweep.check(states, options.jobs(), verdict -> {}));
    } catch (ExecutionException e) {
      surroundings.interruption().check();
      throw new IllegalStateException("the sweep failed: " + e.getCause(), e.getCause());
    }
  }
}

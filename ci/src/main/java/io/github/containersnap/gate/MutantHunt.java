package io.github.containersnap.gate;

import io.github.containersnap.experiment.ExperimentFailedException;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.loopback.state.CrashState;
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
    Workspace.sweep(Surroundings.runs()).forEach(line -> surroundings.console().part(line));
    List<MutantTable.Line> lines = new ArrayList<>();
    for (Mutant mutant : mutants) {
      surroundings.interruption().check();
      surroundings.console().explain("%s: %s".formatted(mutant.optionName(), mutant.description()));
      try (Workspace workspace = surroundings.openWorkspace()) {
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
    Recorder recorder =
        new Recorder(
            options,
            small,
            surroundings,
            workspace,
            new UpdaterUnderTest.Shipped(Optional.of(mutant)));
    try (RecordedUpdate update = recorder.record()) {
      return hunt(update, recorder.sweep(update));
    } catch (ExperimentFailedException undisturbed) {
      // A fault that shows without a power cut needs no search.
      return new MutantTable.Catch.Undisturbed(String.valueOf(undisturbed.getMessage()));
    }
  }

  /** Power cuts after a write first: they are the plainest, and they catch the most. */
  private MutantTable.Catch hunt(RecordedUpdate update, CrashSweep sweep)
      throws InterruptedException {
    Random random = new Random(options.selection().seed());
    Set<CrashState> looked = new HashSet<>();
    for (StateSet.Kind kind : List.of(StateSet.Kind.WRITE, StateSet.Kind.ALL)) {
      List<CrashState> states = new ArrayList<>(states(update, kind));
      states.removeIf(looked::contains);
      Collections.shuffle(states, random);
      for (int from = 0; from < states.size(); from += STATES_AT_A_TIME) {
        surroundings.interruption().check();
        List<CrashState> some =
            states.subList(from, Math.min(states.size(), from + STATES_AT_A_TIME));
        List<StateVerdict> verdicts =
            surroundings.run("the sweep", () -> sweep.check(some, options.jobs(), verdict -> {}));
        for (StateVerdict each : verdicts) {
          looked.add(each.state());
          if (each.verdict() instanceof Verdict.Violated violated) {
            return new MutantTable.Catch.Caught(
                violated.violations().getFirst(),
                new StateInWords(update.recording().log()).of(each.state()),
                looked.size());
          }
          if (each.verdict() instanceof Verdict.Unknown unknown) {
            return new MutantTable.Catch.CannotTell(unknown.obstacle());
          }
        }
        surroundings.console().part("%,d states, none violated so far".formatted(looked.size()));
      }
    }
    return new MutantTable.Catch.Missed(looked.size());
  }

  private List<CrashState> states(RecordedUpdate update, StateSet.Kind kind) {
    return StateSet.of(update.recording(), kind, options.selection().inFlight()).chosen();
  }
}

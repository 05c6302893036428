package io.github.containersnap.gate;

import io.github.containersnap.gate.check.CheckOptions;
import io.github.containersnap.gate.check.CheckPlan;
import io.github.containersnap.gate.mutants.MutantHunt;
import io.github.containersnap.gate.mutants.MutantTarget;
import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.gate.run.UpdaterUnderTest;
import io.github.containersnap.gate.shard.Shard;
import io.github.containersnap.harness.property.FaultKind;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code ci/gate mutants}. */
@Command(
    name = "mutants",
    mixinStandardHelpOptions = true,
    description = {
      "Checks updaters with a known fault each: does the gate notice?",
      "",
      "To each happens what may show its fault (--list), until a property does not hold. Power"
          + " cuts: an update of the small pair is recorded and its crash states are looked at in"
          + " random order (--seed), first those after a write, then some with lost parts of the"
          + " writes in flight, or all of these (--states all). Full disks, broken pulls, I/O"
          + " errors, kill -9 and others: at one place of an update after the other. Histories: one"
          + " random history of the simulated machine after the other.",
      "",
      "One that nothing shows is missed, unless it is proved to behave like the updater without the"
          + " fault. --mutant takes those that it names, each by itself."
    },
    footer = {
      "",
      "Examples:",
      "  ci/gate mutants",
      "  ci/gate mutants --report report      # mutants.json and a page of it",
      "  ci/gate mutants --shard 2/4 --report part-2",
      "  ci/gate mutants --list",
      "",
      "Exit status: 0 all were caught, 1 one was missed, 2 usage, 3 this machine cannot run it; 130"
          + " after Ctrl-C."
    })
final class MutantsCommand implements Callable<Integer> {
  @ParentCommand private GateMain gate;

  @Mixin private CheckOptions options;

  @Option(names = "--list", description = "Only name the mutants and say what is wrong with each.")
  private boolean list;

  @Option(
      names = "--shard",
      paramLabel = "I/N",
      description =
          "Take only each N-th mutant, from the I-th on. ci/gate merge says what all come to.")
  private Optional<String> shard = Optional.empty();

  @SuppressWarnings("NullAway.Init") // picocli injects them
  MutantsCommand() {}

  @Override
  public Integer call() throws Exception {
    if (list) {
      for (MutantTarget mutant : MutantTarget.all()) {
        gate.surroundings()
            .out()
            .printf(
                "%s%n  %s (%s)%n",
                mutant.name(),
                mutant.description(),
                mutant.shownBy().stream()
                    .map(FaultKind::inWords)
                    .collect(Collectors.joining(", ")));
      }
      return ExitStatus.HOLDS.code();
    }
    CheckPlan plan = options.plan();
    return new MutantHunt(plan, hunted(plan), gate.surroundings()).run().code();
  }

  /** The mutants that were named, each by itself; or all there are. */
  private List<MutantTarget> hunted(CheckPlan plan) {
    List<MutantTarget> all = named(plan);
    if (shard.isEmpty()) {
      return all;
    }
    Shard part = Shard.parse(shard.get());
    List<MutantTarget> own =
        IntStream.range(0, all.size())
            .filter(number -> number % part.count() == part.index() - 1)
            .mapToObj(all::get)
            .toList();
    if (own.isEmpty()) {
      throw new UnusableInputException(
          "--shard %s: there are fewer mutants (%d) than shards."
              .formatted(shard.get(), all.size()));
    }
    return own;
  }

  private List<MutantTarget> named(CheckPlan plan) {
    if (!options.namesMutants()) {
      return MutantTarget.all();
    }
    return plan.updater() instanceof UpdaterUnderTest.Prototype
        ? List.of(MutantTarget.prototype())
        : options.mutants().all().stream().map(MutantTarget::of).toList();
  }
}

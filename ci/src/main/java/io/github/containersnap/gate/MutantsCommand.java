package io.github.containersnap.gate;

import io.github.containersnap.mutants.Mutant;
import java.util.List;
import java.util.concurrent.Callable;
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
      "For each an update of the small pair is recorded and its crash states are looked at in"
          + " random order (--seed) until one violates a property: first power cuts after a write,"
          + " then lost parts of the writes in flight. One for which no state does is missed,"
          + " unless it is proved to behave like the updater without the fault. --mutant takes one"
          + " alone."
    },
    footer = {
      "",
      "Examples:",
      "  ci/gate mutants",
      "  ci/gate mutants --report report      # mutants.json",
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

  @SuppressWarnings("NullAway.Init") // picocli injects them
  MutantsCommand() {}

  @Override
  public Integer call() throws Exception {
    if (list) {
      for (Mutant mutant : Mutant.values()) {
        gate.surroundings()
            .out()
            .printf(
                "%s%n  %s (%s)%n", mutant.optionName(), mutant.description(), mutant.property());
      }
      return ExitStatus.HOLDS.code();
    }
    List<Mutant> wanted = options.mutant().map(List::of).orElseGet(() -> List.of(Mutant.values()));
    return new MutantHunt(options, wanted, gate.surroundings()).run().code();
  }
}

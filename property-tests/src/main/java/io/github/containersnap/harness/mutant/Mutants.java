package io.github.containersnap.harness.mutant;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.harness.mutant.planted.EngineFault;
import io.github.containersnap.harness.mutant.planted.FaultSwitch;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An engine with faults: the mutants that are switched on together, or none of them.
 *
 * @param all in the order in which they change the machine's ports
 */
public record Mutants(List<Mutant> all) implements UnaryOperator<Machine> {
  /** The engine as it is shipped. */
  public static final Mutants NONE = new Mutants(List.of());

  private static final String SEPARATOR = ",";

  public Mutants {
    all = List.copyOf(all);
  }

  /** An engine with one fault, or with several. */
  public static Mutants of(Mutant... mutants) {
    return new Mutants(List.of(mutants));
  }

  /**
   * Those of a list of names.
   *
   * @param names option names, separated by commas; "" for none
   * @throws UnknownMutantException if one of them is not the name of a mutant
   */
  public static Mutants named(String names) {
    return new Mutants(
        Stream.of(names.split(SEPARATOR, -1))
            .map(String::strip)
            .filter(name -> !names.isBlank())
            .map(name -> Mutant.named(name).orElseThrow(() -> new UnknownMutantException(name)))
            .distinct()
            .toList());
  }

  /** Their names as {@link #named} reads them; nothing if there are none. */
  public Optional<String> names() {
    return all.isEmpty()
        ? Optional.empty()
        : Optional.of(all.stream().map(Mutant::optionName).collect(Collectors.joining(SEPARATOR)));
  }

  /** The one mutant that there is, unless there are none or several. */
  public Optional<Mutant> only() {
    return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
  }

  /** Why it behaves like the engine without a fault, if it does; see {@link Mutant#equivalent}. */
  public Optional<String> equivalent() {
    return only().flatMap(Mutant::equivalent);
  }

  /** The machine with the faults that lie at its ports. */
  @Override
  public Machine apply(Machine machine) {
    Machine changed = machine;
    for (Mutant mutant : all) {
      changed = mutant.of(changed);
    }
    return changed;
  }

  /** Switches exactly the faults that lie in the engine on, for this thread, until closed. */
  public FaultSwitch switchOn() {
    Set<EngineFault> planted =
        all.stream().flatMap(it -> it.planted().stream()).collect(Collectors.toSet());
    return FaultSwitch.to(planted);
  }

  @Override
  public String toString() {
    return names().orElse("none");
  }
}

package io.github.containersnap.gate.mutants;

import io.github.containersnap.gate.run.UpdaterUnderTest;
import io.github.containersnap.harness.mutant.Mutant;
import io.github.containersnap.harness.mutant.Mutants;
import io.github.containersnap.harness.property.Fault;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An updater that the gate must catch.
 *
 * @param name the name on the command line
 * @param description what is wrong with it, as a sentence part
 * @param shownBy what may show it
 * @param equivalent why nothing can show it, if it was proved that nothing can
 * @param updater the updater
 */
public record Hunted(
    String name,
    String description,
    List<Fault> shownBy,
    Optional<String> equivalent,
    UpdaterUnderTest updater) {

  public static Hunted of(Mutant mutant) {
    return new Hunted(
        mutant.optionName(),
        mutant.description(),
        mutant.shownBy(),
        mutant.equivalent(),
        new UpdaterUnderTest.Shipped(Mutants.of(mutant)));
  }

  /** The prototype that container-snap replaces. */
  public static Hunted prototype() {
    return new Hunted(
        UpdaterUnderTest.Prototype.NAME,
        UpdaterUnderTest.Prototype.DESCRIPTION,
        List.of(Fault.POWER_CUT),
        Optional.empty(),
        new UpdaterUnderTest.Prototype());
  }

  /** All there are. */
  public static List<Hunted> all() {
    return Stream.concat(Stream.of(Mutant.values()).map(Hunted::of), Stream.of(prototype()))
        .toList();
  }
}

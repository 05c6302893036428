package io.github.containersnap.gate.mutants;

import io.github.containersnap.gate.run.UpdaterUnderTest;
import io.github.containersnap.harness.mutant.Mutant;
import io.github.containersnap.harness.mutant.Mutants;
import io.github.containersnap.harness.property.FaultKind;
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
public record MutantTarget(
    String name,
    String description,
    List<FaultKind> shownBy,
    Optional<String> equivalent,
    UpdaterUnderTest updater) {

  /** A mutant of container-snap. */
  public static MutantTarget of(Mutant mutant) {
    return new MutantTarget(
        mutant.optionName(),
        mutant.description(),
        mutant.shownBy(),
        mutant.equivalent(),
        new UpdaterUnderTest.Shipped(Mutants.of(mutant)));
  }

  /** The prototype that container-snap replaces. */
  public static MutantTarget prototype() {
    return new MutantTarget(
        UpdaterUnderTest.Prototype.NAME,
        UpdaterUnderTest.Prototype.DESCRIPTION,
        List.of(FaultKind.POWER_CUT),
        Optional.empty(),
        new UpdaterUnderTest.Prototype());
  }

  /** All there are. */
  public static List<MutantTarget> all() {
    return Stream.concat(Stream.of(Mutant.values()).map(MutantTarget::of), Stream.of(prototype()))
        .toList();
  }
}

package io.github.containersnap.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.histories.Campaign;
import io.github.containersnap.mutants.planted.FaultSwitch;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code docs/mutants.md} is true of the simulated world, and of what there is. To write its column
 * again after a change of the judge or of the histories: {@code mvn -pl property-tests -am test
 * -Dtest=MutantsInHistoriesTest -Dmutants.write=true}.
 */
class MutantsInHistoriesTest {
  private static final int MOST_HISTORIES = 1500;

  /** How many histories a mutant that is listed as missed has to get through. */
  private static final int HISTORIES_OF_THE_MISSED = 200;

  private static final Map<String, String> SEEN = new TreeMap<>();

  @AfterAll
  static void write_what_was_seen() throws IOException {
    if (Boolean.getBoolean("mutants.write")) {
      MutantsPage.write(SEEN);
    }
  }

  @Test
  void the_page_has_each_mutant_as_it_is() throws IOException {
    assertThat(MutantsPage.read().rows())
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("histories")
        .containsExactlyElementsOf(
            Arrays.stream(Mutant.values())
                .map(
                    it ->
                        new MutantsPage.Row(
                            it.optionName(),
                            it.description(),
                            it.isPlanted() ? "method" : "port",
                            it.property().name(),
                            ""))
                .toList());
  }

  static Stream<Mutant> shownHere() throws IOException {
    MutantsPage page = MutantsPage.read();
    return Stream.of(Mutant.values())
        .filter(it -> !page.row(it).histories().equals(MutantsPage.NOT_HERE));
  }

  /**
   * One that the page has as missed, and that is caught, fails as well: the list of the missed can
   * only shrink, and the page has to say so.
   */
  @ParameterizedTest
  @MethodSource("shownHere")
  void a_mutant_is_caught_by_the_property_that_the_page_names(Mutant mutant) throws IOException {
    String page = MutantsPage.read().row(mutant).histories();
    boolean missed = page.equals(MutantsPage.NOT_CAUGHT) || page.equals(MutantsPage.EQUIVALENT);
    Optional<Campaign.Caught> caught =
        caught(mutant, missed ? HISTORIES_OF_THE_MISSED : MOST_HISTORIES);
    String seen =
        caught
            .map(it -> "%s, %d".formatted(it.violation().property(), it.tries()))
            .orElse(MutantsPage.NOT_CAUGHT);
    if (!page.equals(MutantsPage.EQUIVALENT)) {
      SEEN.put(mutant.optionName(), seen);
    }

    assertThat(page.replaceAll(",.*", "").replace(MutantsPage.EQUIVALENT, MutantsPage.NOT_CAUGHT))
        .as(
            "in docs/mutants.md (-Dmutants.write=true writes it), where '%s' would be right: %s",
            seen, caught)
        .isEqualTo(seen.replaceAll(",.*", ""));
    if (page.equals(MutantsPage.EQUIVALENT)) {
      assertThat(mutant.equivalent()).isPresent();
    }
  }

  private static Optional<Campaign.Caught> caught(Mutant mutant, int histories) {
    Mutants mutants = Mutants.of(mutant);
    try (FaultSwitch _ = mutants.switchOn()) {
      return Campaign.triesUntilCaught(1, histories, mutants);
    }
  }
}

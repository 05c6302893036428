package io.github.containersnap.harness.mutant;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.harness.history.play.Campaign;
import io.github.containersnap.harness.mutant.planted.FaultSwitch;
import io.github.containersnap.harness.property.FaultKind;
import io.github.containersnap.harness.property.Property;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code docs/mutants.md} is true of the simulated world, and of the mutants there are. It names
 * the properties that may catch a mutant, not the one that speaks first, nor after how many
 * histories: those change with every change of the judge. {@code -Dmutants.write=true} adds the
 * properties seen now to the page:
 *
 * <pre>
 * mvn -pl property-tests -am test -Dtest=MutantsInHistoriesTest
 *     -Dsurefire.failIfNoSpecifiedTests=false -DargLine="-XX:+EnableDynamicAgentLoading
 *     --enable-native-access=ALL-UNNAMED -Dmutants.write=true"
 * </pre>
 */
class MutantsInHistoriesTest {
  /** Within so many histories, each mutant is caught that the page has as caught. */
  private static final int MOST_HISTORIES = 1500;

  /** So many histories do not catch a mutant that the page has as missed. */
  private static final int HISTORIES_OF_THE_MISSED = 200;

  /** From so many catches the page's properties are taken. */
  private static final int CATCHES = 6;

  private static final Set<String> NOT_PLAYED = Set.of(MutantsPage.NOT_HERE, MutantsPage.SELDOM);

  private static final boolean WRITES = Boolean.getBoolean("mutants.write");
  private static final Map<String, String> SEEN = Collections.synchronizedMap(new TreeMap<>());

  @AfterAll
  static void write_what_was_seen() throws IOException {
    if (WRITES) {
      MutantsPage.write(SEEN);
    }
  }

  @Test
  void the_page_has_each_mutant_as_it_is() throws IOException {
    assertThat(MutantsPage.read().rows())
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("histories", "sweep")
        .containsExactlyElementsOf(
            Arrays.stream(Mutant.values())
                .map(
                    it ->
                        new MutantsPage.Row(
                            it.optionName(),
                            it.description(),
                            it.isPlanted() ? "method" : "port",
                            it.property().name(),
                            "",
                            ""))
                .toList());
  }

  @Test
  void the_page_says_why_histories_do_not_catch_a_mutant() throws IOException {
    MutantsPage page = MutantsPage.read();

    assertThat(page.reasons().keySet())
        .containsExactlyInAnyOrderElementsOf(
            page.rows().stream()
                .filter(row -> row.properties().isEmpty())
                .map(MutantsPage.Row::name)
                .toList());
  }

  @Test
  void the_page_has_as_equivalent_only_what_is_proved_to_be() throws IOException {
    MutantsPage page = MutantsPage.read();

    assertThat(Mutant.values())
        .filteredOn(it -> page.row(it).histories().equals(MutantsPage.EQUIVALENT))
        .allMatch(it -> it.equivalent().isPresent());
  }

  @Test
  void histories_show_what_the_page_says_that_the_sweep_cannot() throws IOException {
    MutantsPage page = MutantsPage.read();

    assertThat(Mutant.values())
        .filteredOn(it -> page.row(it).sweep().equals(MutantsPage.NOT_HERE))
        .isNotEmpty()
        .allMatch(it -> it.shownBy().contains(FaultKind.HISTORY));
  }

  static Stream<Mutant> caught() throws IOException {
    return those(MutantsPage.read(), true);
  }

  static Stream<Mutant> missed() throws IOException {
    return those(MutantsPage.read(), false);
  }

  private static Stream<Mutant> those(MutantsPage page, boolean caught) {
    return Stream.of(Mutant.values())
        .filter(it -> !NOT_PLAYED.contains(page.row(it).histories()))
        .filter(it -> caught == (WRITES || !page.row(it).properties().isEmpty()));
  }

  /** Only one history in thousands leaves a store that must not be trusted: it begins near one. */
  private static long first(Mutant mutant) {
    return mutant == Mutant.TRUST_THE_STORE ? 4400 : 1;
  }

  @ParameterizedTest
  @MethodSource("caught")
  void histories_catch_a_mutant_by_a_property_that_the_page_names(Mutant mutant)
      throws IOException {
    Optional<Campaign.Caught> caught = caught(mutant, first(mutant), MOST_HISTORIES);
    Set<Property> named = MutantsPage.read().row(mutant).properties();
    if (WRITES) {
      note(mutant, caught, named);
      return;
    }

    assertThat(caught).as("no history of %d catches it", MOST_HISTORIES).isPresent();
    assertThat(caught.orElseThrow().violation().property())
        .as(
            "docs/mutants.md does not name this property (-Dmutants.write=true adds it), history"
                + " %d: %s",
            caught.orElseThrow().tries(), caught.orElseThrow().violation().text())
        .isIn(named);
  }

  /** Else the page has to say that it is caught; to be caught harms nothing but the page. */
  @ParameterizedTest
  @MethodSource("missed")
  @Tag("exhaustive")
  void histories_miss_what_the_page_has_as_missed(Mutant mutant) {
    assertThat(caught(mutant, 1, HISTORIES_OF_THE_MISSED)).isEmpty();
  }

  private static void note(Mutant mutant, Optional<Campaign.Caught> first, Set<Property> named) {
    Set<Property> seen = EnumSet.noneOf(Property.class);
    first.ifPresent(_ -> seen.addAll(named));
    Optional<Campaign.Caught> caught = first;
    for (int i = 0; i < CATCHES && caught.isPresent(); i++) {
      seen.add(caught.get().violation().property());
      caught = caught(mutant, caught.get().history().seed() + 1, MOST_HISTORIES);
    }
    SEEN.put(
        mutant.optionName(),
        seen.isEmpty() && mutant.equivalent().isPresent()
            ? MutantsPage.EQUIVALENT
            : MutantsPage.inWords(seen));
  }

  private static Optional<Campaign.Caught> caught(Mutant mutant, long seed, int histories) {
    Mutants mutants = Mutants.of(mutant);
    try (FaultSwitch _ = mutants.switchOn()) {
      return Campaign.triesUntilCaught(seed, histories, mutants);
    }
  }
}

package io.github.containersnap.gate.mutants;

import io.github.containersnap.gate.report.page.PlainPage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** {@code mutants.json} as a page for people. */
public final class MutantsPage {
  private final MutantsResult result;

  /** The page of a result. */
  public MutantsPage(MutantsResult result) {
    this.result = result;
  }

  /** The text of the file, to be written in UTF-8. */
  public String html() {
    long equivalent = count(row -> row.equivalent() != null);
    long missed = count(MutantsResult.Row::isMissed);
    long unknown = count(row -> row.unknown() != null);
    long caught = count(MutantsResult.Row::caught);
    PlainPage page =
        new PlainPage(
            switch (result.status()) {
              case HOLDS -> "holds";
              case VIOLATED -> "violated";
              default -> "unknown";
            },
            switch (result.status()) {
              case HOLDS -> "All caught";
              case VIOLATED -> "Missed";
              default -> "Unknown";
            },
            "%d of %d updaters with a known fault were caught; %d were missed."
                .formatted(caught, result.rows().size() - equivalent, missed),
            "Known faults: does the gate notice?");
    Map<String, String> counts = new LinkedHashMap<>();
    counts.put("caught", "" + caught);
    counts.put("proved to change nothing", "" + equivalent);
    counts.put("missed", "" + missed);
    counts.put("unknown", "" + unknown);
    page.section("outcomes", "What became of the mutants", "", PlainPage.counts(counts));
    some(page, "missed", "Missed", "Nothing showed these.", MutantsResult.Row::isMissed);
    some(page, "unknown", "Unknown", "These could not be hunted.", row -> row.unknown() != null);
    some(
        page,
        "caught",
        "Caught",
        "What had to happen, and what did not hold then.",
        MutantsResult.Row::caught);
    some(
        page,
        "equivalent",
        "Proved to change nothing",
        "These behave like the sound updater and are not counted as caught.",
        row -> row.equivalent() != null);
    page.section(
        "properties",
        "By property",
        "Which property caught how many.",
        PlainPage.table("properties", List.of("Property", "#Mutants"), byProperty()));
    return page.html(MutantsResult.NAME, "ci/gate report mutants.json");
  }

  private long count(Predicate<MutantsResult.Row> wanted) {
    return result.rows().stream().filter(wanted).count();
  }

  private void some(
      PlainPage page, String id, String title, String lead, Predicate<MutantsResult.Row> wanted) {
    List<List<String>> rows =
        result.rows().stream().filter(wanted).map(MutantsPage::cells).toList();
    if (!rows.isEmpty()) {
      page.section(
          id,
          title,
          lead,
          PlainPage.table(
              id, List.of("Mutant", "Happened", "Property", "Where, or why", "#Places"), rows));
    }
  }

  private static List<String> cells(MutantsResult.Row row) {
    return List.of(
        row.name(),
        MutantsResult.UNDISTURBED.equals(row.state()) ? "nothing" : or(row.fault()),
        or(row.property()),
        row.equivalent() != null
            ? row.equivalent()
            : row.unknown() != null
                ? row.unknown()
                : MutantsResult.UNDISTURBED.equals(row.state())
                    ? "the update itself fails"
                    : or(row.state()),
        String.format(Locale.ROOT, "%,d", row.states()));
  }

  private static String or(@Nullable String text) {
    return text == null ? "" : text;
  }

  private List<List<String>> byProperty() {
    Map<String, Integer> counts = new TreeMap<>();
    result.rows().stream()
        .filter(MutantsResult.Row::caught)
        .forEach(
            row ->
                counts.merge(
                    row.property() == null ? "the update itself" : row.property(),
                    1,
                    Integer::sum));
    return counts.entrySet().stream()
        .map(each -> List.of(each.getKey(), "" + each.getValue()))
        .toList();
  }
}

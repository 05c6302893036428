package io.github.containersnap.gate.histories;

import io.github.containersnap.gate.report.page.Markup;
import io.github.containersnap.gate.report.page.PlainPage;
import io.github.containersnap.harness.property.Property;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** {@code properties.json} as a page for people. */
public final class HistoriesPage {
  private static final int MOST_UNKNOWN = 100;

  private final HistoriesResult result;

  /** The page of a result. */
  public HistoriesPage(HistoriesResult result) {
    this.result = result;
  }

  /** The text of the file, to be written in UTF-8. */
  public String html() {
    PlainPage page =
        new PlainPage(
            switch (result.status()) {
              case HOLDS -> "holds";
              case VIOLATED -> "violated";
              default -> "unknown";
            },
            switch (result.status()) {
              case HOLDS -> "Holds";
              case VIOLATED -> "Violated";
              default -> "Unknown";
            },
            sentence(),
            subject());
    page.section("outcomes", "What came of the histories", "", counts());
    for (HistoriesResult.Violated each : result.violations()) {
      story(page, each);
    }
    if (result.violated() > result.violations().size()) {
      page.section(
          "others",
          "Others",
          "%s more histories are violated; the first ones were made short and told."
              .formatted(number(result.violated() - result.violations().size())),
          "");
    }
    unknown(page);
    kinds(page);
    page.section("run", "The run", "", run());
    return page.html(HistoriesResult.NAME, "ci/gate report properties.json");
  }

  private String sentence() {
    return switch (result.status()) {
      case HOLDS ->
          "What must always hold of an update held in each of %s histories."
              .formatted(number(result.histories()));
      case VIOLATED ->
          "In %s of %s histories something does not hold."
              .formatted(number(result.violated()), number(result.histories()));
      default ->
          "%s of %s histories could not be played; none was seen to be violated."
              .formatted(number(result.notPlayed()), number(result.histories()));
    };
  }

  private String subject() {
    HistoriesResult.Part part = result.shard();
    return "Random histories in the %s world, seeds %d to %d%s"
        .formatted(
            result.world(),
            result.seed(),
            result.seed() + Math.max(0, result.histories() - 1),
            part == null ? "" : ": shard %d of %d".formatted(part.index(), part.count()));
  }

  private String counts() {
    Map<String, String> counts = new LinkedHashMap<>();
    counts.put("held", number(result.histories() - result.violated() - result.notPlayed()));
    counts.put("violated", number(result.violated()));
    counts.put("unknown", number(result.notPlayed()));
    counts.put("faults that came", number(result.faults()));
    return PlainPage.counts(counts);
  }

  private static void story(PlainPage page, HistoriesResult.Violated violated) {
    String id = "seed-" + violated.seed();
    page.section(
        id,
        "%s, seed %d".formatted(titled(violated.property()), violated.seed()),
        violated.text() + ".",
        PlainPage.numbered(violated.story())
            + PlainPage.command("Play it again, as it was drawn", violated.replay())
            + "<p class=\"note\">Short, as told above: the history in <code>%s</code>.</p>\n"
                .formatted(Markup.escaped(violated.history())));
  }

  private static String titled(String property) {
    return Stream.of(Property.values())
        .filter(each -> each.name().equals(property))
        .findFirst()
        .map(each -> "%s (%s): %s".formatted(each, each.title(), each.claim()))
        .orElse(property);
  }

  private void unknown(PlainPage page) {
    List<HistoriesResult.Unplayed> unplayed = result.unknown();
    if (unplayed == null || unplayed.isEmpty()) {
      return;
    }
    page.section(
        "unknown",
        "Could not be played",
        "What is tested has not failed here, but the world it is played in.",
        PlainPage.table(
            "unknown",
            List.of("#Seed", "Why"),
            unplayed.stream()
                .limit(MOST_UNKNOWN)
                .map(each -> List.of(String.valueOf(each.seed()), each.text()))
                .toList()));
  }

  private void kinds(PlainPage page) {
    Map<String, Integer> counts = result.counts();
    if (counts == null || counts.isEmpty()) {
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    counts.forEach(
        (what, histories) ->
            rows.add(
                List.of(
                    what,
                    number(histories),
                    String.format(
                        Locale.ROOT,
                        "%.1f %%",
                        100.0 * histories / Math.max(1, result.histories())))));
    page.section(
        "kinds",
        "What happened in them",
        "In how many histories there was what.",
        PlainPage.table("kinds", List.of("What", "#Histories", "#Share"), rows));
  }

  private String run() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("World", result.world());
    facts.put("Histories", number(result.histories()));
    facts.put("Struck by a fault", number(result.struck()));
    if (result.crashStates() > 0) {
      facts.put("Crash states", number(result.crashStates()));
    }
    facts.put(
        "Seconds",
        String.format(
            Locale.ROOT,
            "%.1f, %.1f histories a second",
            result.seconds(),
            result.histories() / Math.max(0.001, result.seconds())));
    return PlainPage.facts(facts);
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}

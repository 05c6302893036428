package io.github.containersnap.gate.report.compare;

import io.github.containersnap.gate.report.compare.StateChange.Kind;
import io.github.containersnap.gate.report.compare.StateChange.Seen;
import io.github.containersnap.gate.report.page.PlainPage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A comparison as a page for people. */
public final class ComparisonPage {
  /** How many groups of one kind the page shows: it is to stay small. */
  private static final int MOST = 500;

  private final ResultComparison comparison;

  /** The page of a comparison. */
  public ComparisonPage(ResultComparison comparison) {
    this.comparison = comparison;
  }

  /** The text of the file, to be written in UTF-8. */
  public String html() {
    PlainPage page =
        new PlainPage(
            switch (comparison.status()) {
              case VIOLATED -> "violated";
              case CANNOT_TELL -> "unknown";
              default -> "holds";
            },
            switch (comparison.status()) {
              case VIOLATED -> "Worse";
              case CANNOT_TELL -> "Unknown";
              default -> "Not worse";
            },
            comparison.sentence(),
            "A: %s. B: %s.".formatted(comparison.before().name(), comparison.after().name()));
    page.section("changes", "What changed", "", counts());
    ComparisonStrip strip = new ComparisonStrip(comparison);
    page.section(
        "strip",
        "The two updates, write by write",
        "Each column is the disk that a power cut leaves there: low boots the old system, high the"
            + " new one, a hatched column of full height breaks a promise, a dotted line in the"
            + " middle is unknown."
            + (strip.isAligned()
                ? " What is below each other is the same step."
                : " The two have different steps, so each has a scale of its own."),
        strip.html());
    faults(page);
    for (Kind kind : Kind.values()) {
      changes(page, kind);
    }
    page.section("figures", "Both in figures", "", figures());
    List<String> limits = comparison.limits();
    if (!limits.isEmpty()) {
      page.section("limits", "How far the comparison goes", "", PlainPage.items(limits));
    }
    return page.html("the two result.json", "ci/gate report --compare A B --output FILE");
  }

  private String counts() {
    Map<String, String> counts = new LinkedHashMap<>();
    for (Kind kind : Kind.values()) {
      if (kind != Kind.VIOLATED_OTHERWISE || comparison.states(kind) > 0) {
        counts.put(kind.inWords(), number(comparison.states(kind)));
      }
    }
    return PlainPage.counts(counts);
  }

  private void changes(PlainPage page, Kind kind) {
    List<StateChange> changes = comparison.changes(kind);
    if (changes.isEmpty()) {
      return;
    }
    String id = kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    List<List<String>> rows = new ArrayList<>();
    for (StateChange each : changes.subList(0, Math.min(MOST, changes.size()))) {
      rows.add(
          List.of(
              each.states() == 1 ? each.first() : each.first() + " to " + each.last(),
              number(each.states()),
              seen(each.before()),
              seen(each.after())));
    }
    page.section(
        id,
        "%s states %s".formatted(number(comparison.states(kind)), kind.inWords()),
        kind.meaning().substring(0, 1).toUpperCase(Locale.ROOT)
            + kind.meaning().substring(1)
            + ". Addresses are those of the first state of a row."
            + (changes.size() > MOST
                ? " Of %,d rows the first %,d are shown.".formatted(changes.size(), MOST)
                : ""),
        PlainPage.table(id, List.of("Moment", "#States", "A", "B"), rows));
  }

  private String seen(Seen seen) {
    return seen.address().isEmpty()
        ? "not checked, or equal to an earlier state"
        : "%s: %s%s%s"
            .formatted(
                seen.address(),
                seen.outcome(),
                seen.classNumber() == 0 ? "" : ", class " + seen.classNumber(),
                seen.faults().isEmpty() ? "" : ": faults " + comparison.numbers(seen));
  }

  private void faults(PlainPage page) {
    List<ResultComparison.FaultChange> faults = comparison.faults();
    List<List<String>> rows =
        faults.stream()
            .map(
                each ->
                    List.of(
                        String.valueOf(faults.indexOf(each) + 1),
                        ResultComparison.titled(each.property()),
                        each.what(),
                        number(each.before()),
                        number(each.after()),
                        each.before() == 0
                            ? "only in B"
                            : each.after() == 0 ? "only in A" : "both"))
            .toList();
    page.section(
        "faults",
        "What does not hold",
        rows.isEmpty() ? "Nothing, in either." : "In how many states each fault shows.",
        rows.isEmpty()
            ? ""
            : PlainPage.table(
                "faults", List.of("#No.", "Property", "What was seen", "#A", "#B", "Where"), rows));
  }

  private String figures() {
    return PlainPage.table(
        "figures",
        List.of("Figure", "A", "B", "B against A"),
        comparison.figures().stream()
            .map(each -> List.of(each.name(), each.before(), each.after(), each.change()))
            .toList());
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}

package io.github.containersnap.gate.compare;

import io.github.containersnap.gate.report.page.Markup;
import io.github.containersnap.gate.report.page.PageTemplate;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The comparison as a page that needs no network and no script. */
final class ComparisonPage {
  private static final List<String> HEADINGS =
      List.of(
          "Updater",
          "Filesystem",
          "Cut points",
          "Whole old",
          "Whole new",
          "Mixed",
          "Torn",
          "Unbootable",
          "Success lost",
          "Unknown",
          "Repaired",
          "Cost of the update");

  private final Comparison comparison;

  ComparisonPage(Comparison comparison) {
    this.comparison = comparison;
  }

  /** The text of the file, to be written in UTF-8. */
  String html() {
    return new PageTemplate(ComparisonPage.class, "comparison.html")
        .with(
            Map.of(
                "style", PageTemplate.resource(ComparisonPage.class, "comparison.css"),
                "old", Markup.escaped(comparison.old()),
                "new", Markup.escaped(comparison.newImage()),
                "states", Markup.escaped(cuts()),
                "headings",
                    HEADINGS.stream()
                        .map("<th scope=\"col\">%s</th>"::formatted)
                        .collect(Collectors.joining()),
                "rows", comparison.rows().stream().map(this::row).collect(Collectors.joining("\n")),
                "not-judged", notJudged()));
  }

  private String cuts() {
    return switch (comparison.states()) {
      case "flush" -> "after every flush";
      case "write" -> "after every write";
      default -> "after every write, and with any part of what no flush had made durable lost";
    };
  }

  private String row(ComparedCell row) {
    String name =
        row.report() == null
            ? Markup.escaped(row.title())
            : "<a href=\"%s/index.html\">%s</a>"
                .formatted(Markup.escaped(row.report()), Markup.escaped(row.title()));
    String first =
        "<tr><th scope=\"row\">%s</th><td>%s</td>"
            .formatted(name, Markup.escaped(row.filesystem()));
    ComparedCell.Figures figures = row.figures();
    if (figures == null) {
      return first
          + "<td colspan=\"%d\" class=\"unknown\">Not compared: %s</td></tr>"
              .formatted(HEADINGS.size() - 2, Markup.escaped(String.valueOf(row.notCompared())));
    }
    return first
        + "<td>%s</td>".formatted(cutPoints(figures))
        + Stream.of(figures.old(), figures.newSystem())
            .map(number -> cell(number, false))
            .collect(Collectors.joining())
        + Stream.of(
                figures.mixed(),
                figures.torn(),
                figures.unbootable(),
                figures.lost(),
                figures.unknown())
            .map(number -> cell(number, number > 0))
            .collect(Collectors.joining())
        + "<td class=\"words\">%s</td><td class=\"words\">%s</td></tr>"
            .formatted(
                Markup.escaped(String.join("; ", ComparisonText.repairs(figures))),
                Markup.escaped(ComparisonText.cost(figures)));
  }

  private static String cutPoints(ComparedCell.Figures figures) {
    String judged = ComparisonText.number(figures.cutPoints());
    return figures.areOfSample()
        ? "%s of %s".formatted(judged, ComparisonText.number(figures.distinct()))
        : judged;
  }

  private static String cell(int number, boolean bad) {
    return "<td%s>%s</td>".formatted(bad ? " class=\"bad\"" : "", ComparisonText.number(number));
  }

  private String notJudged() {
    return comparison.rows().stream()
        .filter(row -> !row.notJudged().isEmpty())
        .map(
            row ->
                "<li>%s on %s: <code>%s</code></li>"
                    .formatted(
                        Markup.escaped(row.title()),
                        Markup.escaped(row.filesystem()),
                        Markup.escaped(String.join(" ", row.notJudged()))))
        .distinct()
        .collect(Collectors.joining("\n"));
  }
}

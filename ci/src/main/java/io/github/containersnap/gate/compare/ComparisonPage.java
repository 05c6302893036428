package io.github.containersnap.gate.compare;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
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
    return resource("comparison.html")
        .replace("{{style}}", resource("comparison.css"))
        .replace("{{old}}", escaped(comparison.old()))
        .replace("{{new}}", escaped(comparison.newImage()))
        .replace("{{states}}", escaped(cuts()))
        .replace(
            "{{headings}}",
            HEADINGS.stream()
                .map("<th scope=\"col\">%s</th>"::formatted)
                .collect(Collectors.joining()))
        .replace(
            "{{rows}}", comparison.rows().stream().map(this::row).collect(Collectors.joining("\n")))
        .replace("{{not-judged}}", notJudged());
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
            ? escaped(row.title())
            : "<a href=\"%s/index.html\">%s</a>"
                .formatted(escaped(row.report()), escaped(row.title()));
    String first =
        "<tr><th scope=\"row\">%s</th><td>%s</td>".formatted(name, escaped(row.filesystem()));
    ComparedCell.Figures figures = row.figures();
    if (figures == null) {
      return first
          + "<td colspan=\"%d\" class=\"unknown\">Not compared: %s</td></tr>"
              .formatted(HEADINGS.size() - 2, escaped(String.valueOf(row.notCompared())));
    }
    return first
        + Stream.of(figures.cutPoints(), figures.old(), figures.newSystem())
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
                escaped(String.join("; ", ComparisonText.repairs(figures))),
                escaped(ComparisonText.cost(figures)));
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
                        escaped(row.title()),
                        escaped(row.filesystem()),
                        escaped(String.join(" ", row.notJudged()))))
        .distinct()
        .collect(Collectors.joining("\n"));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private static String resource(String name) {
    try (InputStream in = ComparisonPage.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the page's " + name, e);
    }
  }
}

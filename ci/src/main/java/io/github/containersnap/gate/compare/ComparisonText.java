package io.github.containersnap.gate.compare;

import io.github.containersnap.cli.output.TextWrap;
import io.github.containersnap.engine.model.Bytes;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The comparison as a table for people. */
final class ComparisonText {
  private static final String ROW = "%-18s %-6s %6s %6s %6s %6s %6s %8s %8s%n";
  private static final int NAME_COLUMNS = 18;
  private static final String INDENTATION = "    ";

  private final Comparison comparison;
  private final int columns;

  ComparisonText(Comparison comparison, int columns) {
    this.comparison = comparison;
    this.columns = columns;
  }

  void print(PrintStream out) {
    out.printf(ROW, "", "file-", "cut", "whole", "whole", "", "", "un-", "success");
    out.printf(
        ROW, "updater", "system", "points", "old", "new", "mixed", "torn", "bootable", "lost");
    for (ComparedCell row : comparison.rows()) {
      print(row, out);
    }
    out.println();
    wrapped(
        out,
        "",
        "Whole: every file is of one system. Mixed: each file is wholly of one, but not all of the"
            + " same. Torn: a file is of neither. Success lost: the updater had reported success,"
            + " and the new system is not there, whole.");
    out.flush();
  }

  private void print(ComparedCell row, PrintStream out) {
    ComparedCell.Figures figures = row.figures();
    if (figures == null) {
      out.printf(ROW, name(row), row.filesystem(), "?", "?", "?", "?", "?", "?", "?");
      wrapped(out, INDENTATION, "not compared: " + row.notCompared());
      return;
    }
    out.printf(
        ROW,
        name(row),
        row.filesystem(),
        number(figures.cutPoints()),
        number(figures.old()),
        number(figures.newSystem()),
        number(figures.mixed()),
        number(figures.torn()),
        number(figures.unbootable()),
        number(figures.lost()));
    wrapped(out, INDENTATION, details(row, figures));
  }

  private static String details(ComparedCell row, ComparedCell.Figures figures) {
    List<String> details = new ArrayList<>();
    if (figures.areOfSample()) {
      details.add("a sample of " + number(figures.distinct()) + " cut points");
    }
    details.add(cost(figures));
    if (figures.unknown() > 0) {
      details.add(number(figures.unknown()) + " unknown");
    }
    if (figures.disagreeing() > 0) {
      details.add("boot loader and kernel disagree in " + number(figures.disagreeing()));
    }
    details.addAll(repairs(figures));
    if (!row.notJudged().isEmpty()) {
      details.add("not judged: " + String.join(", ", row.notJudged()));
    }
    return String.join("; ", details);
  }

  /** What the update costs, as a sentence part. */
  static String cost(ComparedCell.Figures figures) {
    return "%s%s in %s writes, %s flushes"
        .formatted(
            figures.updateSeconds() == null
                ? ""
                : String.format(Locale.ROOT, "%.1f s, ", figures.updateSeconds()),
            new Bytes(figures.bytes()),
            number(figures.writes()),
            number(figures.flushes()));
  }

  /** For each repair, how many of the states that booted neither system it mended. */
  static List<String> repairs(ComparedCell.Figures figures) {
    return figures.neitherAtPowerOn() == 0
        ? List.of()
        : figures.repaired().entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(
                each ->
                    "%s repairs %s of %s tried"
                        .formatted(
                            each.getKey(),
                            number(each.getValue()),
                            number(figures.tried().getOrDefault(each.getKey(), 0))))
            .toList();
  }

  private static String name(ComparedCell row) {
    return row.title().length() <= NAME_COLUMNS
        ? row.title()
        : row.title().substring(0, NAME_COLUMNS - 1) + "…";
  }

  static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private void wrapped(PrintStream out, String indentation, String text) {
    new TextWrap(indentation, indentation, columns).lines(text).forEach(out::println);
  }
}

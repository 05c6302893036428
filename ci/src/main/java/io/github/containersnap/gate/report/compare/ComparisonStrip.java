package io.github.containersnap.gate.report.compare;

import io.github.containersnap.gate.report.MapReader;
import io.github.containersnap.gate.report.page.Markup;
import io.github.containersnap.loopback.crash.CrashState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The two updates write by write, one above the other. Where both have the same steps, each step
 * takes the same place in both, so that what is below each other is the same step.
 */
final class ComparisonStrip {
  private static final int COLUMNS = 600;
  private static final Set<String> CHANGES = Set.of("s", "l", "t", "d", "o");

  private final ResultComparison comparison;
  private final List<Part> ofBefore;
  private final List<Part> ofAfter;
  private final boolean aligned;

  /** A step: its name, its first write and the one after its last. */
  private record Part(String step, int from, int to) {
    int length() {
      return Math.max(1, to - from);
    }
  }

  ComparisonStrip(ResultComparison comparison) {
    this.comparison = comparison;
    this.ofBefore = parts(comparison.before());
    this.ofAfter = parts(comparison.after());
    this.aligned =
        ofBefore.stream()
            .map(Part::step)
            .toList()
            .equals(ofAfter.stream().map(Part::step).toList());
  }

  /** Writes before each entry, and after the last. */
  private static int[] writesBefore(ComparedResult side) {
    int[] writes = new int[side.kinds().size() + 1];
    for (int entry = 0; entry < side.kinds().size(); entry++) {
      writes[entry + 1] = writes[entry] + (CHANGES.contains(side.kinds().get(entry)) ? 1 : 0);
    }
    return writes;
  }

  private static List<Part> parts(ComparedResult side) {
    int[] writes = writesBefore(side);
    List<Part> parts = new ArrayList<>();
    for (int entry = 0; entry < side.kinds().size(); entry++) {
      String step = side.names().stepAt(entry);
      if (!parts.isEmpty() && parts.getLast().step().equals(step)) {
        Part last = parts.removeLast();
        parts.add(new Part(step, last.from(), writes[entry + 1]));
      } else {
        parts.add(new Part(step, writes[entry], writes[entry + 1]));
      }
    }
    return parts;
  }

  /** The two lanes of states, and the steps between them. */
  String html() {
    return lane("A", comparison.before(), ofBefore)
        + (aligned ? bands(ofBefore) : "")
        + lane("B", comparison.after(), ofAfter);
  }

  boolean isAligned() {
    return aligned;
  }

  /** Where a write lies, from 0 to 1. */
  private double place(List<Part> own, int write) {
    double before = 0;
    double place = 0;
    for (int number = 0; number < own.size(); number++) {
      Part part = own.get(number);
      int width = width(own, number);
      if (write >= part.from()) {
        double within = Math.min(1, (write - part.from()) / (double) part.length());
        place = before + within * width;
      }
      before += width;
    }
    return before == 0 ? 0 : Math.min(1, place / before);
  }

  private int width(List<Part> own, int number) {
    return aligned
        ? Math.max(ofBefore.get(number).length(), ofAfter.get(number).length())
        : own.get(number).length();
  }

  private String lane(String name, ComparedResult side, List<Part> parts) {
    int[] writes = writesBefore(side);
    List<Set<MapReader.Outcome>> columns = new ArrayList<>();
    for (int column = 0; column < COLUMNS; column++) {
      columns.add(EnumSet.noneOf(MapReader.Outcome.class));
    }
    for (Map.Entry<CrashState, MapReader.Entry> each : side.states().entrySet()) {
      if (each.getKey() instanceof CrashState.Prefix(int entries)) {
        int column = (int) (place(parts, writes[entries]) * (COLUMNS - 1));
        columns.get(column).add(each.getValue().outcome());
      }
    }
    if (side.result().selection().sample() == null && side.result().shard() == null) {
      fillGaps(columns);
    }
    return "<div class=\"lane-name\"><b>%s</b><span>%s</span></div>\n<div class=\"lane tall\" role=\"img\" aria-label=\"%s\">%s</div>\n"
        .formatted(
            name,
            Markup.escaped(side.name()),
            Markup.escaped(
                "%s: %,d boot old, %,d boot new, %,d violated, %,d unknown"
                    .formatted(
                        name,
                        side.result().outcomes().old(),
                        side.result().outcomes().newSystem(),
                        side.result().outcomes().violations(),
                        side.result().outcomes().unknown())),
            bars(columns));
  }

  /** A cut that leaves the disk of an earlier one looks like that one. */
  private static void fillGaps(List<Set<MapReader.Outcome>> columns) {
    for (int column = 1; column < columns.size(); column++) {
      if (columns.get(column).isEmpty()) {
        columns.set(column, columns.get(column - 1));
      }
    }
  }

  private static String bars(List<Set<MapReader.Outcome>> columns) {
    StringBuilder html = new StringBuilder();
    for (MapReader.Outcome outcome :
        Arrays.asList(
            MapReader.Outcome.OLD,
            MapReader.Outcome.NEW,
            MapReader.Outcome.UNKNOWN,
            MapReader.Outcome.VIOLATED)) {
      int column = 0;
      while (column < COLUMNS) {
        int end = column;
        while (end < COLUMNS && columns.get(end).contains(outcome)) {
          end++;
        }
        if (end > column) {
          html.append(
              bar(letter(outcome), column / (double) COLUMNS, (end - column) / (double) COLUMNS));
        }
        column = end + 1;
      }
    }
    return html.toString();
  }

  private static String letter(MapReader.Outcome outcome) {
    return switch (outcome) {
      case OLD -> "o";
      case NEW -> "n";
      case UNKNOWN -> "u";
      case VIOLATED -> "v";
    };
  }

  private static String bar(String letter, double from, double width) {
    return String.format(
        Locale.ROOT,
        "<i class=\"%s\" style=\"left:%.3f%%;width:max(2px,%.3f%%)\"></i>",
        letter,
        100 * from,
        100 * width);
  }

  private String bands(List<Part> parts) {
    StringBuilder html =
        new StringBuilder("<div class=\"lane bands\" role=\"img\" aria-label=\"The steps\">");
    for (int number = 0; number < parts.size(); number++) {
      double from = place(parts, parts.get(number).from());
      double to = number + 1 < parts.size() ? place(parts, parts.get(number + 1).from()) : 1;
      String step = Markup.escaped(parts.get(number).step());
      html.append(
          String.format(
              Locale.ROOT,
              "<div class=\"band%s\" title=\"%s\" style=\"left:%.3f%%;width:%.3f%%\">%s</div>",
              to - from > 0.04 ? "" : " thin",
              step,
              100 * from,
              100 * (to - from),
              to - from > 0.04 ? step : ""));
    }
    return html.append("</div>\n").toString();
  }
}

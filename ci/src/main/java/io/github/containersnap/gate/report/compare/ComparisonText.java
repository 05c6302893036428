package io.github.containersnap.gate.report.compare;

import io.github.containersnap.cli.output.TextWrap;
import io.github.containersnap.gate.report.compare.StateChange.Kind;
import io.github.containersnap.gate.report.compare.StateChange.Seen;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** Prints a comparison for a terminal. */
public final class ComparisonText {
  /** How many groups of states of one kind are shown. */
  private static final int SHOWN = 5;

  private static final int LONGEST_CELL = 22;

  private final ResultComparison comparison;
  private final int columns;

  /** A printer of a comparison for lines of so many columns. */
  public ComparisonText(ResultComparison comparison, int columns) {
    this.comparison = comparison;
    this.columns = columns;
  }

  /** Prints it. */
  public void print(PrintStream out) {
    out.printf("  A  %s%n  B  %s%n%n", comparison.before().name(), comparison.after().name());
    out.printf("  %-14s %-22s %-22s %s%n", "", "A", "B", "B against A");
    for (ResultComparison.Figure each : comparison.figures()) {
      out.println(
          "  %-14s %-22s %-22s %s"
              .formatted(each.name(), cell(each.before()), cell(each.after()), each.change())
              .stripTrailing());
    }
    faults(out);
    for (Kind kind : Kind.values()) {
      changes(out, kind);
    }
    out.println();
    for (String limit : comparison.limits()) {
      wrapped(out, "", limit);
    }
    wrapped(
        out,
        "",
        switch (comparison.status()) {
              case VIOLATED -> "WORSE: ";
              case CANNOT_TELL -> "UNKNOWN: ";
              default -> "NOT WORSE: ";
            }
            + comparison.sentence());
    out.flush();
  }

  private static String cell(String text) {
    return text.length() <= LONGEST_CELL ? text : text.substring(0, LONGEST_CELL - 1) + "…";
  }

  private void faults(PrintStream out) {
    List<ResultComparison.FaultChange> faults = comparison.faults();
    if (faults.isEmpty()) {
      return;
    }
    out.printf("%nWhat does not hold, and in how many states of A and of B:%n");
    int number = 0;
    for (ResultComparison.FaultChange each : faults) {
      number++;
      wrapped(
          out,
          String.format(Locale.ROOT, "  %2d. %,6d %,6d  ", number, each.before(), each.after()),
          ResultComparison.titled(each.property()) + ": " + each.what());
    }
  }

  private void changes(PrintStream out, Kind kind) {
    List<StateChange> changes = comparison.changes(kind);
    if (changes.isEmpty()) {
      return;
    }
    out.printf(
        Locale.ROOT, "%n%,d %s (%s):%n", comparison.states(kind), kind.inWords(), kind.meaning());
    for (StateChange each : changes.subList(0, Math.min(SHOWN, changes.size()))) {
      wrapped(
          out,
          "  ",
          each.first()
              + (each.states() == 1
                  ? ""
                  : String.format(
                      Locale.ROOT, ", and %,d after it, to %s", each.states() - 1, each.last())));
      wrapped(out, "    A  ", seen(each.before()));
      wrapped(out, "    B  ", seen(each.after()));
    }
    if (changes.size() > SHOWN) {
      out.printf(
          Locale.ROOT,
          "  … and %,d more in %,d places: --output FILE has all of them.%n",
          changes.stream().skip(SHOWN).mapToInt(StateChange::states).sum(),
          changes.size() - SHOWN);
    }
  }

  private String seen(Seen seen) {
    if (seen.address().isEmpty()) {
      return "not checked, or equal to an earlier state";
    }
    return seen.address()
        + ": "
        + seen.outcome()
        + (seen.classNumber() == 0 ? "" : " (class %d)".formatted(seen.classNumber()))
        + (seen.faults().isEmpty() ? "" : ": faults " + comparison.numbers(seen));
  }

  private void wrapped(PrintStream out, String first, String text) {
    new TextWrap(first, " ".repeat(first.length()), columns).lines(text).forEach(out::println);
  }
}

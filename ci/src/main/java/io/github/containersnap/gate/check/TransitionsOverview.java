package io.github.containersnap.gate.check;

import io.github.containersnap.gate.report.CheckResult;
import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.gate.run.GateContext;
import io.github.containersnap.harness.experiment.Transition;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the checks of several transitions have found: a table, and {@code transitions.json}. */
public final class TransitionsOverview {
  private static final String NAME = "transitions.json";
  private static final String ROW = "  %-20s %7s %9s %9s %9s %9s %9s  %s%n";

  private final List<Found> found = new ArrayList<>();
  private final List<Transition> without = new ArrayList<>();

  /** What was found of one of them. */
  private record Found(Transition transition, ResultJson result, ExitStatus status) {}

  /**
   * Removes the list of an earlier run.
   *
   * @param report the directory in which each transition has its own
   */
  public static void prepare(ReportDirectory report) throws IOException {
    report.prepare();
    Files.deleteIfExists(report.directory().resolve(NAME));
  }

  /** The report of one transition. */
  public static ReportDirectory below(ReportDirectory report, Transition transition) {
    return new ReportDirectory(report.directory().resolve(transition.optionName()));
  }

  /** Adds what was found of a transition. */
  public void add(Transition transition, CheckResult result) {
    found.add(new Found(transition, ResultJson.of(result), result.status()));
  }

  /** Adds a transition of which nothing is known: the whole is then no pass. */
  public void addWithout(Transition transition) {
    without.add(transition);
  }

  /** How many are violated so far. */
  public int violated() {
    return (int) found.stream().filter(each -> each.status() == ExitStatus.VIOLATED).count();
  }

  /**
   * Prints the table and writes the list.
   *
   * @param json whether standard output is the list as JSON
   * @param report where the list is written, if it is
   */
  public ExitStatus publish(boolean json, Optional<ReportDirectory> report, GateContext context)
      throws IOException {
    print(json ? context.err() : context.out());
    String text = ResultJson.text(found.stream().map(Found::result).toList());
    if (json) {
      context.out().print(text);
      context.out().flush();
    }
    if (report.isPresent()) {
      Path file = report.get().directory().resolve(NAME);
      Files.writeString(file, text);
    }
    return found.stream()
        .map(Found::status)
        .reduce(without.isEmpty() ? ExitStatus.HOLDS : ExitStatus.CANNOT_TELL, ExitStatus::worse);
  }

  private void print(PrintStream out) {
    out.println();
    out.printf(
        ROW,
        "transition",
        "states",
        "distinct",
        "before",
        "after",
        "violated",
        "unknown",
        "seconds");
    for (Found each : found) {
      ResultJson result = each.result();
      out.printf(
          ROW,
          each.transition().optionName(),
          number(result.states().total()),
          number(result.states().distinct()),
          number(result.outcomes().old()),
          number(result.outcomes().newSystem()),
          number(result.outcomes().violations()),
          number(result.outcomes().unknown()),
          String.format(Locale.ROOT, "%.1f", result.seconds().record() + result.seconds().check()));
    }
    for (Transition each : without) {
      out.printf("  %-20s unknown: no shard has a result that counts%n", each.optionName());
    }
    out.flush();
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}

package io.github.containersnap.gate.check;

import io.github.containersnap.gate.images.PairSource;
import io.github.containersnap.gate.report.CheckResult;
import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.gate.run.GateContext;
import io.github.containersnap.gate.run.Scenario;
import io.github.containersnap.gate.run.UnusableInputException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;

/** Checks several transitions, one after the other, each with a report of its own. */
final class TransitionsRun {
  private static final String OVERVIEW = "transitions.json";
  private static final String ROW = "  %-20s %7s %9s %9s %9s %9s %9s  %s%n";

  private final CheckPlan plan;
  private final List<Scenario> scenarios;
  private final PairSource source;
  private final GateContext surroundings;

  TransitionsRun(
      CheckPlan plan, List<Scenario> scenarios, PairSource source, GateContext surroundings) {
    this.plan = plan;
    this.scenarios = scenarios;
    this.source = source;
    this.surroundings = surroundings;
  }

  /** What was found in one of them. */
  private record Found(Scenario scenario, ResultJson result, ExitStatus status) {}

  ExitStatus run() throws IOException, InterruptedException, XMLStreamException {
    if (plan.keep().isPresent()) {
      throw new UnusableInputException("--keep needs a single --transition.");
    }
    if (plan.report().isPresent()) {
      plan.report().get().prepare();
      Files.deleteIfExists(plan.report().get().directory().resolve(OVERVIEW));
    }
    List<Found> found = new ArrayList<>();
    for (Scenario scenario : scenarios) {
      found.add(check(scenario, violated(found)));
    }
    publish(found);
    return found.stream().map(Found::status).reduce(ExitStatus.HOLDS, ExitStatus::worse);
  }

  private static int violated(List<Found> found) {
    return (int) found.stream().filter(each -> each.status() == ExitStatus.VIOLATED).count();
  }

  private Found check(Scenario scenario, int violatedBefore)
      throws IOException, InterruptedException, XMLStreamException {
    Optional<ReportDirectory> report =
        plan.report().map(whole -> new ReportDirectory(below(whole.directory(), scenario)));
    CheckResult result =
        new CheckRun(plan, scenario, source, surroundings)
            .reportingTo(report, violatedBefore)
            .inPart();
    return new Found(scenario, ResultJson.of(result), result.status());
  }

  private static Path below(Path directory, Scenario scenario) {
    return directory.resolve(scenario.transition().optionName());
  }

  private void publish(List<Found> found) throws IOException {
    print(plan.json() ? surroundings.err() : surroundings.out(), found);
    String json = ResultJson.text(found.stream().map(Found::result).toList());
    if (plan.json()) {
      surroundings.out().print(json);
      surroundings.out().flush();
    }
    if (plan.report().isPresent()) {
      Files.writeString(plan.report().get().directory().resolve(OVERVIEW), json);
    }
  }

  private static void print(PrintStream out, List<Found> found) {
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
          each.scenario().transition().optionName(),
          number(result.states().total()),
          number(result.states().distinct()),
          number(result.outcomes().old()),
          number(result.outcomes().newSystem()),
          number(result.outcomes().violations()),
          number(result.outcomes().unknown()),
          String.format(Locale.ROOT, "%.1f", result.seconds().record() + result.seconds().check()));
    }
    out.flush();
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}

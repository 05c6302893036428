package io.github.containersnap.gate.check;

import io.github.containersnap.gate.report.CheckResult;
import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.gate.run.GateContext;
import io.github.containersnap.gate.run.Scenario;
import io.github.containersnap.gate.run.UnusableInputException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;

/** Checks several transitions, one after the other, each with a report of its own. */
final class TransitionsRun {
  private final CheckPlan plan;
  private final List<Scenario> scenarios;
  private final TransitionCheck check;
  private final GateContext surroundings;

  /** Checks one of them. */
  @FunctionalInterface
  interface TransitionCheck {
    /**
     * Checks a transition.
     *
     * @param report where its report is written, if it is
     * @param archived how many reports of the same run have kept their disks
     */
    CheckResult of(Scenario scenario, Optional<ReportDirectory> report, int archived)
        throws IOException, InterruptedException, XMLStreamException;
  }

  /**
   * A run.
   *
   * @param scenarios perhaps none, for a shard that has nothing to do
   */
  TransitionsRun(
      CheckPlan plan, List<Scenario> scenarios, TransitionCheck check, GateContext surroundings) {
    this.plan = plan;
    this.scenarios = scenarios;
    this.check = check;
    this.surroundings = surroundings;
  }

  ExitStatus run() throws IOException, InterruptedException, XMLStreamException {
    if (plan.keep().isPresent()) {
      throw new UnusableInputException("--keep needs a single --transition.");
    }
    if (plan.report().isPresent()) {
      TransitionsOverview.prepare(plan.report().get());
    }
    TransitionsOverview overview = new TransitionsOverview();
    for (Scenario scenario : scenarios) {
      overview.add(
          scenario.transition(),
          check.of(
              scenario,
              plan.report().map(whole -> TransitionsOverview.below(whole, scenario.transition())),
              overview.violated()));
    }
    return overview.publish(plan.json(), plan.report(), surroundings);
  }
}

package io.github.containersnap.gate.merge;

import io.github.containersnap.gate.check.ReportDirectory;
import io.github.containersnap.gate.check.TransitionsOverview;
import io.github.containersnap.gate.recording.RecordingSet;
import io.github.containersnap.gate.report.CheckResult;
import io.github.containersnap.gate.report.JUnitNote;
import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.gate.run.GateContext;
import io.github.containersnap.gate.run.OutputDirectory;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.harness.experiment.Transition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;

/**
 * Puts the results of the shards of several transitions together. Which transitions there are is
 * found from the recordings; one that no shard has checked, or two have, is unknown.
 */
public final class TransitionsMerge {
  private static final String RESULT = "result.json";

  private final RecordingSet set;
  private final List<Path> results;
  private final Optional<ReportDirectory> report;
  private final boolean json;
  private final GateContext surroundings;

  /**
   * A merge.
   *
   * @param set the recordings that were checked
   * @param results the directories of the reports of the shards
   * @param report where the report of the whole is written, if it is
   * @param json whether standard output is the result as JSON
   */
  public TransitionsMerge(
      RecordingSet set,
      List<Path> results,
      Optional<ReportDirectory> report,
      boolean json,
      GateContext surroundings) {
    this.set = set;
    this.results = List.copyOf(results);
    this.report = report;
    this.json = json;
    this.surroundings = surroundings;
  }

  /** Merges, writes the reports and prints the table. */
  public ExitStatus run() throws IOException, XMLStreamException {
    List<Transition> transitions = set.transitions();
    requireDirectories();
    requireNoneReplaced(transitions);
    if (report.isPresent()) {
      TransitionsOverview.prepare(report.get());
    }
    TransitionsOverview overview = new TransitionsOverview();
    Optional<ResultJson.Selection> selection = Optional.empty();
    for (Transition transition : transitions) {
      Optional<CheckResult> result = merged(transition, selection);
      if (result.isEmpty()) {
        overview.addWithout(transition);
      } else {
        overview.add(transition, result.get());
        selection = selection.or(() -> Optional.of(ResultJson.of(result.get()).selection()));
      }
    }
    return overview.publish(json, report, surroundings);
  }

  private Optional<CheckResult> merged(
      Transition transition, Optional<ResultJson.Selection> selection)
      throws IOException, XMLStreamException {
    Optional<ReportDirectory> below =
        report.map(whole -> TransitionsOverview.below(whole, transition));
    MergeRun merge =
        new MergeRun(set.of(transition), resultsOf(transition), below, false, surroundings);
    try {
      return Optional.of(selection.map(merge::of).orElse(merge).inPart());
    } catch (NothingToMergeException nothing) {
      String why = String.valueOf(nothing.getMessage());
      surroundings.err().println("ci/gate: %s: %s".formatted(transition.optionName(), why));
      if (below.isPresent()) {
        below.get().explain(new JUnitNote(ExitStatus.CANNOT_TELL, why));
      }
      return Optional.empty();
    }
  }

  private List<Path> resultsOf(Transition transition) {
    return results.stream()
        .map(each -> each.resolve(transition.optionName()).resolve(RESULT))
        .filter(Files::exists)
        .toList();
  }

  private void requireDirectories() {
    results.stream()
        .filter(each -> !Files.isDirectory(each))
        .findFirst()
        .ifPresent(
            each -> {
              throw new UnusableInputException(
                  "%s is not the directory of a shard's report; of several transitions each shard has one."
                      .formatted(each));
            });
  }

  private void requireNoneReplaced(List<Transition> transitions) {
    report.ifPresent(
        whole ->
            transitions.forEach(
                transition ->
                    new OutputDirectory(
                            "--report", TransitionsOverview.below(whole, transition).directory())
                        .requireNoneReplaced(resultsOf(transition), RESULT)));
  }
}

package io.github.containersnap.gate.report;

import io.github.containersnap.gate.run.Scenario;
import io.github.containersnap.gate.run.UpdaterUnderTest;
import io.github.containersnap.harness.experiment.UpdateExperiment;
import java.util.List;

/**
 * What a check was of.
 *
 * @param oldImage the image before the update
 * @param newImage the image after it
 * @param updater what was checked
 * @param scenario what it did when the power was lost
 * @param updatedAgain whether the same update was made again in what the power cuts left
 * @param notJudged the paths that the updater declares as not to be judged
 */
public record CheckedUpdate(
    UpdateExperiment.Candidate oldImage,
    UpdateExperiment.Candidate newImage,
    UpdaterUnderTest updater,
    Scenario scenario,
    boolean updatedAgain,
    List<String> notJudged) {
  public CheckedUpdate {
    notJudged = List.copyOf(notJudged);
  }

  /** A check of an updater whose settings are here. */
  public CheckedUpdate(
      UpdateExperiment.Candidate oldImage,
      UpdateExperiment.Candidate newImage,
      UpdaterUnderTest updater,
      Scenario scenario,
      boolean updatedAgain) {
    this(oldImage, newImage, updater, scenario, updatedAgain, updater.ignored());
  }

  /** A check that also made the same update again. */
  public CheckedUpdate(
      UpdateExperiment.Candidate oldImage,
      UpdateExperiment.Candidate newImage,
      UpdaterUnderTest updater,
      Scenario scenario) {
    this(oldImage, newImage, updater, scenario, true);
  }
}

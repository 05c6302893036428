package io.github.containersnap.harness.experiment;

import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.engine.model.UpdateStep;

/**
 * Strikes a command down as it enters a step.
 *
 * @param deadly the step
 */
record StrikingProgress(UpdateStep deadly) implements Progress {
  /** An error, so that the command takes it for no failure of its own and undoes nothing. */
  static final class StruckDown extends Error {
    private static final long serialVersionUID = 1L;

    StruckDown(UpdateStep step) {
      super("struck down while " + step.description());
    }
  }

  @Override
  public void enters(UpdateStep step) {
    if (step == deadly) {
      throw new StruckDown(step);
    }
  }

  @Override
  public void notes(String line) {}
}

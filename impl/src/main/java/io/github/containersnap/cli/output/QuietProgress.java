package io.github.containersnap.cli.output;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.UpdateStep;
import java.io.PrintWriter;
import java.util.Optional;

/** Tells of failures alone. */
public record QuietProgress(PrintWriter out) implements ProgressReporter {
  @Override
  public void enters(UpdateStep step) {}

  @Override
  public void notes(String line) {}

  @Override
  public void ends(CommandResult outcome, Optional<DeploymentId> deployment, String sentence) {}

  @Override
  public void fails(String message, String advice, int status) {
    LineProgress.printFailure(out, message, advice, Integer.MAX_VALUE);
  }
}

package io.github.containersnap.cli.output;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.Step;
import java.io.PrintWriter;
import java.util.Optional;

/** Tells of failures alone. */
public record Silence(PrintWriter out) implements Narrator {
  @Override
  public void enters(Step step) {}

  @Override
  public void notes(String line) {}

  @Override
  public void ends(Outcome outcome, Optional<DeploymentId> deployment, String sentence) {}

  @Override
  public void fails(String message, String advice, int status) {
    ProgressLines.printFailure(out, message, advice);
  }
}

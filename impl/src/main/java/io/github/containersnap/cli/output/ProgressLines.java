package io.github.containersnap.cli.output;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.Step;
import io.github.containersnap.engine.model.Transfer;
import java.io.PrintWriter;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Prints a line for each step and for each layer that came. */
public final class ProgressLines implements Narrator {
  private final PrintWriter out;
  private final Set<String> told = new HashSet<>();

  public ProgressLines(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void enters(Step step) {
    out.println(inWords(step));
    out.flush();
  }

  static String inWords(Step step) {
    return "[%d/%d] %s".formatted(step.number(), Step.values().length, step.description());
  }

  @Override
  public void transfers(Transfer transfer) {
    for (int i = 0; i < transfer.layers().size(); i++) {
      Transfer.Layer layer = transfer.layers().get(i);
      if (layer.state() == Transfer.State.DONE && told.add(layer.digest())) {
        notes("layer %d of %d: %s".formatted(i + 1, transfer.layers().size(), layer.size()));
      }
    }
  }

  @Override
  public void notes(String line) {
    out.println("      " + line);
    out.flush();
  }

  @Override
  public void ends(Outcome outcome, Optional<DeploymentId> deployment, String sentence) {
    out.println(sentence);
    out.flush();
  }

  @Override
  public void fails(String message, String advice, int status) {
    printFailure(out, message, advice);
  }

  static void printFailure(PrintWriter out, String message, String advice) {
    out.println("container-snap: " + message);
    out.println("  " + advice);
    out.flush();
  }
}

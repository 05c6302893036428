package io.github.containersnap.cli;

import io.github.containersnap.engine.Progress;
import io.github.containersnap.engine.Step;
import java.io.PrintWriter;

/** Prints the transaction's steps, a line each. */
record ProgressLines(PrintWriter out) implements Progress {
  @Override
  public void enters(Step step) {
    out.printf("[%d/%d] %s%n", step.number(), Step.values().length, step.description());
    out.flush();
  }

  @Override
  public void notes(String line) {
    out.println("      " + line);
    out.flush();
  }
}

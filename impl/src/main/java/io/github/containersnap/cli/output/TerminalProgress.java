package io.github.containersnap.cli.output;

import io.github.containersnap.command.PrintableText;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.PullProgress;
import io.github.containersnap.engine.model.UpdateStep;
import java.io.PrintWriter;
import java.util.Optional;

/**
 * Prints a line for each step, and draws it again while an image is on its way.
 *
 * <p>It steers the terminal, so nothing behind it makes its text safe: it does that itself.
 */
public final class TerminalProgress implements ProgressReporter {
  private static final String TO_THE_BEGINNING = "\r";
  private static final String ERASE_THE_REST = "\u001b[K"; // EL of ECMA-48

  private final PrintWriter out;
  private String step = "";

  /** Progress on a terminal. */
  public TerminalProgress(PrintWriter out) {
    this.out = out;
  }

  @Override
  public synchronized void enters(UpdateStep entered) {
    endLine();
    step = LineProgress.inWords(entered);
    draw(step);
  }

  @Override
  public synchronized void transfers(PullProgress transfer) {
    draw(
        "%s: %s of %s, %,d of %,d layers"
            .formatted(
                step,
                transfer.arrived(),
                transfer.total(),
                transfer.layersThere(),
                transfer.layers().size()));
  }

  @Override
  public synchronized void notes(String line) {
    endLine();
    LineProgress.printNote(out, PrintableText.of(line), LineProgress.COLUMNS);
  }

  @Override
  public synchronized void ends(
      CommandResult outcome, Optional<DeploymentId> deployment, String sentence) {
    endLine();
    LineProgress.printEnding(out, PrintableText.of(sentence), LineProgress.COLUMNS);
  }

  @Override
  public synchronized void fails(String message, String advice, int status) {
    endLine();
    LineProgress.printFailure(
        out, PrintableText.of(message), PrintableText.of(advice), LineProgress.COLUMNS);
  }

  private void draw(String line) {
    out.print(TO_THE_BEGINNING + PrintableText.of(line) + ERASE_THE_REST);
    out.flush();
  }

  private void endLine() {
    if (!step.isEmpty()) {
      out.println();
      step = "";
    }
  }
}

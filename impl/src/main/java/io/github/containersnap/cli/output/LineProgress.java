package io.github.containersnap.cli.output;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.PullProgress;
import io.github.containersnap.engine.model.UpdateStep;
import java.io.PrintWriter;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Prints a line for each step and for each layer that came. */
public final class LineProgress implements ProgressReporter {
  /** How wide a terminal is taken to be. */
  static final int COLUMNS = 80;

  private final PrintWriter out;
  private final boolean terminal;
  private final Set<String> told = new HashSet<>();

  /** Progress as lines on {@code out}, each message on one line. */
  public LineProgress(PrintWriter out) {
    this(out, false);
  }

  /**
   * Progress as lines on {@code out}.
   *
   * @param terminal whether a person reads it there: a long message is then broken into lines
   */
  public LineProgress(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  @Override
  public void enters(UpdateStep step) {
    out.println(inWords(step));
    out.flush();
  }

  static String inWords(UpdateStep step) {
    return "[%d/%d] %s".formatted(step.number(), UpdateStep.values().length, step.description());
  }

  @Override
  public void transfers(PullProgress transfer) {
    for (int i = 0; i < transfer.layers().size(); i++) {
      PullProgress.Layer layer = transfer.layers().get(i);
      if (layer.state() == PullProgress.State.DONE && told.add(layer.digest())) {
        notes("layer %d of %d: %s".formatted(i + 1, transfer.layers().size(), layer.size()));
      }
    }
  }

  @Override
  public void notes(String line) {
    printNote(out, line, columns());
  }

  @Override
  public void ends(CommandResult outcome, Optional<DeploymentId> deployment, String sentence) {
    printEnding(out, sentence, columns());
  }

  @Override
  public void fails(String message, String advice, int status) {
    printFailure(out, message, advice, columns());
  }

  private int columns() {
    return terminal ? COLUMNS : Integer.MAX_VALUE;
  }

  static void printNote(PrintWriter out, String line, int columns) {
    new TextWrap("      ", "        ", columns).lines(line).forEach(out::println);
    out.flush();
  }

  static void printEnding(PrintWriter out, String sentence, int columns) {
    new TextWrap("", "  ", columns).lines(sentence).forEach(out::println);
    out.flush();
  }

  static void printFailure(PrintWriter out, String message, String advice, int columns) {
    String first = "container-snap: ";
    for (String line : message.lines().toList()) {
      new TextWrap(first, "  ", columns).lines(line).forEach(out::println);
      first = "";
    }
    new TextWrap("  ", "  ", columns).lines(advice).forEach(out::println);
    out.flush();
  }
}

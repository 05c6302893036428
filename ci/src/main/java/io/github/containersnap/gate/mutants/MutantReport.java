package io.github.containersnap.gate.mutants;

import io.github.containersnap.cli.output.TextWrap;
import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.harness.property.FaultKind;
import io.github.containersnap.harness.property.Violation;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What became of the mutants, for people and for machines.
 *
 * @param lines one for each, in the order in which they were hunted
 */
record MutantReport(List<Line> lines) {

  /** A mutant and what became of it. */
  record Line(MutantTarget mutant, Catch end) {
    /** The short of it. */
    String inWords() {
      return switch (end) {
        case Catch.Caught caught ->
            "caught by %s: %s".formatted(caught.fault().inWords(), caught.violation().property());
        case Catch.Undisturbed undisturbed -> "caught: the update itself fails";
        case Catch.Missed missed when mutant.equivalent().isPresent() ->
            "equivalent: " + missed.inWords();
        case Catch.Missed missed -> "MISSED: " + missed.inWords();
        case Catch.CannotTell unknown -> "unknown: " + unknown.obstacle();
      };
    }
  }

  /** What became of a mutant. */
  sealed interface Catch {
    /**
     * A property does not hold.
     *
     * @param fault what had to happen
     * @param state where it happened: a crash state, a place in the update
     * @param states at how many places it had happened, this one included
     */
    record Caught(FaultKind fault, Violation violation, String state, int states)
        implements Catch {}

    /** It fails even when nothing interrupts it. */
    record Undisturbed(String how) implements Catch {}

    /** Nothing violates anything, wherever it happened. */
    record Missed(List<Looked> looked) implements Catch {
      int states() {
        return looked.stream().mapToInt(Looked::states).sum();
      }

      String inWords() {
        return looked.stream().map(Looked::inWords).collect(Collectors.joining(", "));
      }
    }

    /** The check itself failed. */
    record CannotTell(String obstacle) implements Catch {}
  }

  /**
   * What nothing was found by.
   *
   * @param fault what happened
   * @param states at how many places
   */
  record Looked(FaultKind fault, int states) {
    String inWords() {
      return "none of %s (%s)".formatted(counted(fault, states), fault.inWords());
    }
  }

  private static String counted(FaultKind fault, int count) {
    String unit = count == 1 ? fault.unit() : fault.unit().replaceAll("y$", "ie") + "s";
    return String.format(Locale.ROOT, "%,d %s", count, unit);
  }

  /** What {@code mutants.json} says of it. */
  private static MutantsResult.Row row(Line line) {
    String name = line.mutant().name();
    String equivalent = line.mutant().equivalent().orElse(null);
    return switch (line.end()) {
      case Catch.Caught caught ->
          new MutantsResult.Row(
              name,
              true,
              null,
              caught.fault().name().toLowerCase(Locale.ROOT).replace('_', '-'),
              caught.violation().property().name(),
              caught.state(),
              caught.states(),
              null);
      case Catch.Undisturbed undisturbed ->
          new MutantsResult.Row(name, true, null, null, null, MutantsResult.UNDISTURBED, 0, null);
      case Catch.Missed missed ->
          new MutantsResult.Row(name, false, equivalent, null, null, null, missed.states(), null);
      case Catch.CannotTell unknown ->
          new MutantsResult.Row(name, false, null, null, null, null, 0, unknown.obstacle());
    };
  }

  /** {@code mutants.json} (DESIGN §6): one object for each mutant. */
  String json() {
    return result().text();
  }

  MutantsResult result() {
    return new MutantsResult(lines.stream().map(MutantReport::row).toList());
  }

  void print(PrintStream out) {
    out.printf("%n%-28s %-10s %s%n", "mutant", "", "by");
    for (Line line : lines) {
      switch (line.end()) {
        case Catch.Caught caught -> {
          row(
              out,
              line,
              "caught",
              "%s: %s, after %s"
                  .formatted(
                      caught.violation().property(),
                      caught.fault().inWords(),
                      counted(caught.fault(), caught.states())));
          detail(out, caught.state() + ": " + caught.violation().text());
        }
        case Catch.Undisturbed undisturbed -> {
          row(out, line, "caught", "the update itself: nothing has to happen");
          detail(out, undisturbed.how());
        }
        case Catch.Missed missed when line.mutant().equivalent().isPresent() -> {
          row(out, line, "equivalent", missed.inWords());
          detail(out, line.mutant().equivalent().get());
        }
        case Catch.Missed missed -> row(out, line, "MISSED", missed.inWords());
        case Catch.CannotTell unknown -> {
          row(out, line, "unknown", "");
          detail(out, unknown.obstacle());
        }
      }
    }
    out.printf("%n%s%n", summary());
    out.flush();
  }

  private String summary() {
    long missed = lines.stream().filter(MutantReport::isMissed).count();
    long unknown = lines.stream().filter(line -> line.end() instanceof Catch.CannotTell).count();
    long equivalent =
        lines.stream()
            .filter(line -> line.end() instanceof Catch.Missed && !isMissed(line))
            .count();
    return "%d mutant%s: %d caught, %d proved to change nothing, %d missed, %d unknown."
        .formatted(
            lines.size(),
            lines.size() == 1 ? "" : "s",
            lines.size() - equivalent - missed - unknown,
            equivalent,
            missed,
            unknown);
  }

  private static void row(PrintStream out, Line line, String end, String by) {
    out.printf("%-28s %-10s %s%n", line.mutant().name(), end, by);
  }

  private static void detail(PrintStream out, String text) {
    new TextWrap("    ", "    ", 80).lines(text).forEach(out::println);
  }

  private static boolean isMissed(Line line) {
    return line.end() instanceof Catch.Missed && line.mutant().equivalent().isEmpty();
  }

  /** Missed beats unknown beats caught. */
  ExitStatus status() {
    if (lines.stream().anyMatch(MutantReport::isMissed)) {
      return ExitStatus.VIOLATED;
    }
    return lines.stream().anyMatch(line -> line.end() instanceof Catch.CannotTell)
        ? ExitStatus.CANNOT_TELL
        : ExitStatus.HOLDS;
  }
}

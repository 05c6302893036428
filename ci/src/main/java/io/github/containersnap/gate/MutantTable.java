package io.github.containersnap.gate;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.containersnap.cli.Paragraph;
import io.github.containersnap.mutants.Mutant;
import io.github.containersnap.properties.Violation;
import java.io.PrintStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of the mutants, for people and for machines.
 *
 * @param lines one for each, in the order in which they were hunted
 */
record MutantTable(List<Line> lines) {

  /** A mutant and what became of it. */
  record Line(Mutant mutant, Catch end) {}

  /** What became of a mutant. */
  sealed interface Catch {
    /** A crash state violates a property, the {@code states}-th that was looked at. */
    record Caught(Violation violation, String state, int states) implements Catch {}

    /** It fails even when nothing interrupts it. */
    record Undisturbed(String how) implements Catch {}

    /** None of all states violates anything. */
    record Missed(int states) implements Catch {}

    /** The check itself failed. */
    record CannotTell(String obstacle) implements Catch {}
  }

  private record Json(
      String name,
      boolean caught,
      @JsonInclude @Nullable String equivalent,
      @JsonInclude @Nullable String property,
      @JsonInclude @Nullable String state,
      int states) {
    static Json of(Line line) {
      String name = line.mutant().optionName();
      String equivalent = line.mutant().equivalent().orElse(null);
      return switch (line.end()) {
        case Catch.Caught caught ->
            new Json(
                name,
                true,
                null,
                caught.violation().property().name(),
                caught.state(),
                caught.states());
        case Catch.Undisturbed undisturbed -> new Json(name, true, null, null, "undisturbed", 0);
        case Catch.Missed missed -> new Json(name, false, equivalent, null, null, missed.states());
        case Catch.CannotTell unknown -> new Json(name, false, null, null, null, 0);
      };
    }
  }

  /** {@code mutants.json} (DESIGN §6): one object for each mutant. */
  String json() {
    return ResultJson.text(lines.stream().map(Json::of).toList());
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
              "%s, after %,d states".formatted(caught.violation().property(), caught.states()));
          detail(out, caught.state() + ": " + caught.violation().text());
        }
        case Catch.Undisturbed undisturbed -> {
          row(out, line, "caught", "the update itself, without a power cut");
          detail(out, undisturbed.how());
        }
        case Catch.Missed missed when line.mutant().equivalent().isPresent() -> {
          row(out, line, "equivalent", "none of %,d states".formatted(missed.states()));
          detail(out, line.mutant().equivalent().get());
        }
        case Catch.Missed missed ->
            row(out, line, "MISSED", "none of %,d states".formatted(missed.states()));
        case Catch.CannotTell unknown -> {
          row(out, line, "unknown", "");
          detail(out, unknown.obstacle());
        }
      }
    }
    long missed = lines.stream().filter(MutantTable::isMissed).count();
    out.printf(
        "%n%s%n",
        missed == 0
            ? "All mutants are caught, or proved to change nothing."
            : "%d of %d mutants were missed.".formatted(missed, lines.size()));
    out.flush();
  }

  private static void row(PrintStream out, Line line, String end, String by) {
    out.printf("%-28s %-10s %s%n", line.mutant().optionName(), end, by);
  }

  private static void detail(PrintStream out, String text) {
    new Paragraph("    ", "    ", 80).lines(text).forEach(out::println);
  }

  private static boolean isMissed(Line line) {
    return line.end() instanceof Catch.Missed && line.mutant().equivalent().isEmpty();
  }

  ExitStatus status() {
    if (lines.stream().anyMatch(line -> line.end() instanceof Catch.CannotTell)) {
      return ExitStatus.CANNOT_TELL;
    }
    return lines.stream().anyMatch(MutantTable::isMissed) ? ExitStatus.VIOLATED : ExitStatus.HOLDS;
  }
}

package io.github.containersnap.gate;

import io.github.containersnap.oracle.StateVerdict;
import io.github.containersnap.properties.Side;
import io.github.containersnap.properties.Verdict;
import io.github.containersnap.properties.Violation;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The result as a person reads it at the end. */
final class SummaryTable {
  private static final int FIRST_VIOLATIONS = 5;

  private final GateResult result;
  private final StateInWords words;

  SummaryTable(GateResult result) {
    this.result = result;
    this.words = new StateInWords(result.log());
  }

  void print(PrintStream out) {
    row(
        out,
        "log",
        "%,d writes, %,d flushes, %s"
            .formatted(
                result.log().writes(), result.log().flushes(), mebibytes(result.log().bytes())));
    row(
        out,
        "states",
        "%,d in all, %,d distinct, %,d checked, %,d classes examined in depth"
            .formatted(
                result.states().total(),
                result.states().distinct(),
                result.verdicts().size(),
                result.classes()));
    row(out, "boot old", "%,d".formatted(result.holding(Side.OLD)));
    row(out, "boot new", "%,d".formatted(result.holding(Side.NEW)));
    row(out, "violated", "%,d".formatted(result.violated().size()));
    row(out, "unknown", "%,d".formatted(result.unknown().size()));
    row(
        out,
        "seconds",
        "%s recording, %s checking (%s states a second)"
            .formatted(
                seconds(result.recording()),
                seconds(result.checking()),
                String.format(Locale.ROOT, "%.1f", result.statesPerSecond())));
    out.println();
    violations(out);
    unknowns(out);
    out.println(verdict());
  }

  private static void row(PrintStream out, String name, String value) {
    out.printf("  %-10s %s%n", name, value);
  }

  private void violations(PrintStream out) {
    List<StateVerdict> violated = result.violated();
    for (StateVerdict state : violated.stream().limit(FIRST_VIOLATIONS).toList()) {
      out.printf("  %s:%n", words.of(state.state()));
      for (Violation violation : ((Verdict.Violated) state.verdict()).violations()) {
        out.printf(
            "    %s (%s): %s.%n",
            violation.property(), violation.property().title(), violation.text());
      }
    }
    if (violated.size() > FIRST_VIOLATIONS) {
      out.printf(
          "  … and %,d more states; all are in the report (--report DIR).%n",
          violated.size() - FIRST_VIOLATIONS);
    }
    if (!violated.isEmpty()) {
      out.println();
    }
  }

  private void unknowns(PrintStream out) {
    for (StateVerdict state : result.unknown().stream().limit(FIRST_VIOLATIONS).toList()) {
      out.printf(
          "  unknown: %s: %s%n",
          words.of(state.state()), ((Verdict.Unknown) state.verdict()).obstacle());
    }
  }

  private String verdict() {
    return switch (result.status()) {
      case HOLDS ->
          "HOLDS: after a power cut at each of %,d points the machine boots the old or the new system, whole."
              .formatted(result.verdicts().size());
      case VIOLATED ->
          "VIOLATED: %,d of %,d power cuts leave a machine that is neither the old nor the new system, or lose what was promised."
              .formatted(result.violated().size(), result.verdicts().size());
      case CANNOT_TELL, UNUSABLE ->
          "UNKNOWN: %,d of %,d states could not be judged."
              .formatted(result.unknown().size(), result.verdicts().size());
    };
  }

  private static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f", duration.toMillis() / 1000.0);
  }
}

package io.github.containersnap.gate.histories;

import io.github.containersnap.cli.output.TextWrap;
import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.gate.run.GateContext;
import io.github.containersnap.gate.terminal.ProgressDisplay;
import io.github.containersnap.harness.history.play.Conformance;
import io.github.containersnap.harness.history.play.Player;
import io.github.containersnap.harness.history.play.WorldFactory;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Compares what power cuts leave on real disks with what the simulated disk allows. */
public final class ConformanceRun {
  /** Of each command so many crash states are looked at. */
  private static final int STATES = 24;

  private static final int MOST_STEPS = 5;
  private static final double MILLIS = 1000.0;

  private final GateContext surroundings;
  private final WorldFactory worlds;

  /**
   * A run that has not begun.
   *
   * @param worlds makes the real worlds
   */
  public ConformanceRun(GateContext surroundings, WorldFactory worlds) {
    this.surroundings = surroundings;
    this.worlds = worlds;
  }

  /**
   * Compares the simulated world with a real one over {@code histories} histories.
   *
   * @param seed the first history's seed; each later one has the next
   */
  public ExitStatus run(long seed, int histories) throws InterruptedException {
    ProgressDisplay console = surroundings.console();
    console.explain(
        "Comparing power cuts in %,d histories of the %s world with the simulated one, seeds %d to"
                .formatted(histories, worlds.name(), seed)
            + " %d.".formatted(seed + histories - 1));
    Instant began = Instant.now();
    console.sweepBegins();
    Conformance.Result result =
        surroundings.run("the comparison", () -> compare(seed, histories, began));
    surroundings.interruption().check();
    print(result, Duration.between(began, Instant.now()));
    return result.disagreements().isEmpty() ? ExitStatus.HOLDS : ExitStatus.VIOLATED;
  }

  private Conformance.Result compare(long seed, int histories, Instant began) {
    Conformance conformance = new Conformance(worlds, Player.SHIPPED, STATES);
    Conformance.Result result = Conformance.Result.none();
    for (int i = 0; i < histories && !surroundings.interruption().requested(); i++) {
      result = result.and(conformance.of(seed + i, MOST_STEPS));
      surroundings
          .console()
          .progress(
              "histories",
              i + 1,
              histories,
              result.disagreements().size(),
              Duration.between(began, Instant.now()));
    }
    return result;
  }

  private void print(Conformance.Result result, Duration time) {
    PrintStream out = surroundings.out();
    out.printf(
        "%-16s %10s %10s %10s %8s%n", "power cut in", "allowed", "seen", "of these", "share");
    int allowed = 0;
    int confirmed = 0;
    for (String verb : result.allowed().keySet()) {
      Set<String> may = result.allowed().get(verb);
      Set<String> seen = result.seen().getOrDefault(verb, Collections.emptySortedSet());
      SortedSet<String> both = new TreeSet<>(seen);
      both.retainAll(may);
      line(out, verb, may.size(), seen.size(), both.size());
      allowed += may.size();
      confirmed += both.size();
    }
    line(out, "all", allowed, allSeen(result), confirmed);
    out.printf(
        Locale.ROOT,
        "%n%,d histories, %,d commands (%,d more left out: the machines differed before them): %,d"
            + " crash states seen, %,d simulated power cuts; %.1f seconds%n",
        result.histories(),
        result.commands(),
        result.leftOut(),
        result.states(),
        result.cuts(),
        time.toMillis() / MILLIS);
    result.disagreements().forEach(it -> print(out, it));
    out.printf(
        "%n%s%n",
        result.disagreements().isEmpty()
            ? "HOLDS: the simulated world allows every outcome that was seen."
            : "VIOLATED: %,d outcomes were seen that the simulated world does not allow."
                .formatted(result.disagreements().size()));
    out.flush();
  }

  private static int allSeen(Conformance.Result result) {
    return result.seen().values().stream().mapToInt(Set::size).sum();
  }

  private static void line(PrintStream out, String verb, int allowed, int seen, int confirmed) {
    out.printf(
        Locale.ROOT,
        "%-16s %10d %10d %10d %6.0f %%%n",
        verb,
        allowed,
        seen,
        confirmed,
        100.0 * confirmed / Math.max(1, allowed));
  }

  private void print(PrintStream out, Conformance.Disagreement it) {
    out.printf("%nSeed %d, %s: not allowed, and seen:%n", it.seed(), it.command());
    int columns = surroundings.console().columns();
    new TextWrap("    ", "    ", columns).lines(it.outcome()).forEach(out::println);
    out.println("  allowed:");
    it.allowed()
        .forEach(text -> new TextWrap("    ", "      ", columns).lines(text).forEach(out::println));
  }
}

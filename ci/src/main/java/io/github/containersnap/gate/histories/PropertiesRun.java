package io.github.containersnap.gate.histories;

import io.github.containersnap.cli.output.TextWrap;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.gate.run.GateContext;
import io.github.containersnap.gate.terminal.ProgressDisplay;
import io.github.containersnap.harness.history.Generator;
import io.github.containersnap.harness.history.History;
import io.github.containersnap.harness.history.HistoryFile;
import io.github.containersnap.harness.history.HistoryResult;
import io.github.containersnap.harness.history.play.Campaign;
import io.github.containersnap.harness.history.play.Player;
import io.github.containersnap.harness.history.play.WorldFactory;
import io.github.containersnap.harness.mutant.Mutants;
import io.github.containersnap.harness.mutant.planted.FaultSwitch;
import io.github.containersnap.harness.property.Property;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** Plays histories with the shipped engine and tells what was found. */
public final class PropertiesRun {
  /** The worlds in which histories are played. */
  public static final List<String> WORLDS = List.of("simulated", "loopback", "vm");

  private static final double MILLIS = 1000.0;

  private final GateContext surroundings;
  private final WorldFactory worlds;
  private final Optional<PropertiesReport> report;
  private final Optional<HistoriesResult.Part> part;

  /**
   * A run that has not begun.
   *
   * @param report where the histories that violate a property are written, if anywhere
   * @param part which part of a larger run it is, if it is one
   */
  public PropertiesRun(
      GateContext surroundings,
      WorldFactory worlds,
      Optional<PropertiesReport> report,
      Optional<HistoriesResult.Part> part) {
    this.surroundings = surroundings;
    this.worlds = worlds;
    this.report = report;
    this.part = part;
  }

  /**
   * Plays histories, and prints each that violates a property.
   *
   * @param seed the first history's seed; each later one has the next
   * @param jobs how many histories at a time
   */
  public ExitStatus run(long seed, int histories, int jobs)
      throws IOException, InterruptedException {
    if (histories == 1 && part.isEmpty()) {
      return told(Generator.history(seed), Player.SHIPPED);
    }
    ProgressDisplay console = surroundings.console();
    console.explain(
        "Playing %,d histories in the %s world, seeds %d to %d."
            .formatted(histories, worlds.name(), seed, seed + histories - 1));
    Instant began = Instant.now();
    console.sweepBegins();
    Campaign campaign =
        new Campaign(
            worlds,
            Player.SHIPPED,
            jobs,
            (played, violations) -> {
              console.progress(
                  "histories",
                  played,
                  histories,
                  violations,
                  Duration.between(began, Instant.now()));
              return !surroundings.interruption().requested();
            });
    Campaign.Summary summary =
        surroundings.run("the playing of histories", () -> campaign.run(seed, histories));
    surroundings.interruption().check();
    return tell(seed, summary, Duration.between(began, Instant.now()));
  }

  /** The history in a file, which needs no seed. */
  public ExitStatus replay(Path file, Mutants mutants) throws IOException, InterruptedException {
    History history = HistoryFile.read(file);
    try (FaultSwitch _ = mutants.switchOn()) {
      return told(history, mutants.all().isEmpty() ? Player.SHIPPED : mutants);
    }
  }

  private ExitStatus told(History history, UnaryOperator<Machine> updater)
      throws IOException, InterruptedException {
    Instant began = Instant.now();
    HistoryResult played =
        surroundings.run(
            "the playing of a history", () -> Player.play(history, worlds, updater, true));
    surroundings.interruption().check();
    story(played.story());
    Campaign.Summary summary = Campaign.ofOne(history, played);
    if (report.isPresent()) {
      report.get().write(history.seed(), summary, Duration.between(began, Instant.now()), null);
    }
    played.counts().keySet().stream()
        .filter(it -> it.startsWith(Player.OTHERWISE))
        .forEach(it -> surroundings.out().printf("       (%s)%n", it));
    surroundings
        .out()
        .printf(
            "%n%s%n",
            summary.violations() == 0
                ? "HOLDS in this history."
                : "VIOLATED: " + summary.findings().getFirst().violation().text() + ".");
    return summary.violations() == 0 ? ExitStatus.HOLDS : ExitStatus.VIOLATED;
  }

  private ExitStatus tell(long seed, Campaign.Summary summary, Duration time)
      throws IOException, InterruptedException {
    PrintStream out = surroundings.out();
    double seconds = Math.max(1, time.toMillis()) / MILLIS;
    row(
        out,
        "histories",
        "%s, %s a second"
            .formatted(number(summary.histories()), rate(summary.histories() / seconds)));
    row(out, "seeds", "%d to %d".formatted(seed, seed + summary.histories() - 1));
    row(out, "struck", number(summary.struck()) + ": in each of these a fault came");
    row(out, "faults", number(summary.faults()));
    for (Map.Entry<String, Integer> it : summary.counts().entrySet()) {
      double share = 100.0 * it.getValue() / Math.max(1, summary.histories());
      row(out, "", String.format(Locale.ROOT, "%5.1f %%  %s", share, it.getKey()));
    }
    if (summary.crashStates() > 0) {
      row(
          out,
          "states",
          number(summary.crashStates()) + " crash states of commands that lost their power");
    }
    if (!worlds.equals(WorldFactory.SIMULATED)) {
      tellTransitions(out, seed, summary);
    }
    row(out, "violated", number(summary.violations()));
    row(out, "unknown", number(summary.unknown().size()));
    summary
        .unknown()
        .forEach(
            (drawn, why) -> row(out, "", "seed %d could not be played: %s".formatted(drawn, why)));
    row(out, "seconds", String.format(Locale.ROOT, "%.1f", seconds));
    for (Campaign.Finding finding : summary.findings()) {
      tell(out, finding);
    }
    if (report.isPresent()) {
      report.get().write(seed, summary, time, part.orElse(null));
    }
    ExitStatus status = status(summary);
    out.printf(
        "%n%s%n",
        switch (status) {
          case HOLDS -> "HOLDS in each of %,d histories.".formatted(summary.histories());
          case VIOLATED ->
              "VIOLATED in %,d of %,d histories."
                  .formatted(summary.violations(), summary.histories());
          default ->
              "UNKNOWN in %,d of %,d histories; none was seen to be violated."
                  .formatted(summary.unknown().size(), summary.histories());
        });
    out.flush();
    return status;
  }

  private static ExitStatus status(Campaign.Summary summary) {
    if (summary.violations() > 0) {
      return ExitStatus.VIOLATED;
    }
    return summary.unknown().isEmpty() ? ExitStatus.HOLDS : ExitStatus.CANNOT_TELL;
  }

  /** What commands that one fault struck came to, beside what they come to in the model. */
  private static void tellTransitions(PrintStream out, long seed, Campaign.Summary summary)
      throws InterruptedException {
    Set<String> modelled =
        new Campaign(WorldFactory.SIMULATED, Player.SHIPPED, 1, (_, _) -> true)
            .run(seed, summary.histories())
            .transitions();
    Set<String> both = new TreeSet<>(summary.transitions());
    both.retainAll(modelled);
    row(
        out,
        "transitions",
        "%d of %d (%d %%) that the same histories make in the simulated world; %d others"
            .formatted(
                both.size(),
                modelled.size(),
                100 * both.size() / Math.max(1, modelled.size()),
                summary.transitions().size() - both.size()));
  }

  private void tell(PrintStream out, Campaign.Finding finding) {
    Property property = finding.violation().property();
    out.printf(
        "%n%s (%s) does not hold: %s.%n", property, property.claim(), finding.violation().text());
    story(finding.story());
    for (String world : WORLDS) {
      out.printf("  again, as drawn: %s%n", replay(world, finding.drawn()));
      report.ifPresent(
          it ->
              out.printf(
                  "  again, as told:  ci/gate properties --world %s --history %s%n",
                  world, it.history(finding)));
    }
  }

  private static String rate(double aSecond) {
    return aSecond < 10 ? String.format(Locale.ROOT, "%.2f", aSecond) : number((long) aSecond);
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** The command that plays a history again in a world. */
  static String replay(String world, History history) {
    return "ci/gate properties --world %s --seed %d --histories 1".formatted(world, history.seed());
  }

  private void story(List<String> sentences) {
    for (int i = 0; i < sentences.size(); i++) {
      new TextWrap("  %3d. ".formatted(i + 1), "       ", surroundings.console().columns())
          .lines(sentences.get(i))
          .forEach(surroundings.out()::println);
    }
  }

  private static void row(PrintStream out, String name, String value) {
    out.printf("  %-11s %s%n", name, value);
  }
}

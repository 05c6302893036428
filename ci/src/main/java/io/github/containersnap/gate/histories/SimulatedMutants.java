package io.github.containersnap.gate.histories;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.containersnap.cli.output.TextWrap;
import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.gate.run.GateContext;
import io.github.containersnap.harness.history.play.Campaign;
import io.github.containersnap.harness.mutant.Mutant;
import io.github.containersnap.harness.mutant.Mutants;
import io.github.containersnap.harness.mutant.planted.FaultSwitch;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** In how many histories of a simulated machine is each updater with a known fault caught? */
public final class SimulatedMutants {
  private static final int SEEDS = 15;
  private static final long BETWEEN_SEEDS = 1_000_000;
  private static final double MILLIS = 1000.0;

  private final GateContext surroundings;
  private final Optional<PropertiesReport> report;

  /**
   * A run that has not begun.
   *
   * @param report where {@code mutants.json} is written, if anywhere
   */
  public SimulatedMutants(GateContext surroundings, Optional<PropertiesReport> report) {
    this.surroundings = surroundings;
    this.report = report;
  }

  /** What became of a mutant: the tries of each seed in which it was caught, the fewest first. */
  private record Line(
      Mutants mutant, List<Integer> tries, Optional<Campaign.Caught> first, double seconds) {
    /** Caught for more than half of the seeds. */
    boolean caught() {
      return tries.size() > SEEDS / 2;
    }

    int median() {
      return tries.get(SEEDS / 2);
    }
  }

  private record Json(
      String name,
      boolean caught,
      @JsonInclude @Nullable String equivalent,
      @JsonInclude @Nullable String property,
      @JsonInclude @Nullable Integer medianTries,
      int caughtForSeeds,
      int seeds) {}

  /**
   * Plays histories against each mutant until one catches it.
   *
   * @param most how many histories a mutant at most
   */
  public ExitStatus run(List<Mutants> mutants, long seed, int most)
      throws IOException, InterruptedException {
    PrintStream out = surroundings.out();
    out.printf("%n%-34s %-10s %s%n", "mutant", "", "by");
    List<Line> lines = new ArrayList<>();
    for (Mutants mutant : mutants) {
      Optional<String> elsewhere = onlyElsewhere(mutant);
      if (elsewhere.isPresent()) {
        row(out, mutant, "not here", "it needs another world");
        detail(out, elsewhere.get());
        continue;
      }
      Line line = surroundings.run("the hunt", () -> hunt(mutant, seed, most));
      surroundings.interruption().check();
      lines.add(line);
      print(out, line, most);
      if (mutants.size() == 1) {
        tell(line);
      }
    }
    if (report.isPresent()) {
      Files.writeString(
          report.get().directory().resolve("mutants.json"),
          ResultJson.text(lines.stream().map(SimulatedMutants::json).toList()));
    }
    long missed =
        lines.stream().filter(it -> !it.caught() && it.mutant().equivalent().isEmpty()).count();
    out.printf(
        "%n%s%n",
        missed == 0
            ? "All mutants are caught, or known to be like the updater without the fault."
            : "%d of %d mutants were missed.".formatted(missed, lines.size()));
    out.flush();
    return missed == 0 ? ExitStatus.HOLDS : ExitStatus.VIOLATED;
  }

  /** Why a mutant cannot show in the simulated world, if it cannot. */
  private static Optional<String> onlyElsewhere(Mutants mutants) {
    return mutants.only().flatMap(SimulatedMutants::onlyElsewhere);
  }

  private static Optional<String> onlyElsewhere(Mutant mutant) {
    return switch (mutant) {
      case SUCCESS_BEFORE_COMMIT ->
          Optional.of(
              "It commits late, through the kernel and in its own time; without time it would be"
                  + " no-commit-after-switch. ci/gate mutants catches it.");
      case NO_COMMIT_AFTER_SET_DEFAULT ->
          Optional.of(
              "It is of a host whose boot loader follows the default subvolume; the simulated one"
                  + " has GRUB. ci/gate mutants catches it.");
      default -> Optional.empty();
    };
  }

  private Line hunt(Mutants mutant, long seed, int most) {
    Instant began = Instant.now();
    List<Integer> tries = new ArrayList<>();
    Optional<Campaign.Caught> first = Optional.empty();
    for (int i = 0; i < SEEDS; i++) {
      if (surroundings.interruption().requested() || i - tries.size() > SEEDS / 2) {
        break; // cannot be caught for more than half of them any more
      }
      Optional<Campaign.Caught> caught;
      try (FaultSwitch _ = mutant.switchOn()) {
        caught = Campaign.triesUntilCaught(seed + i * BETWEEN_SEEDS, most, mutant);
      }
      caught.ifPresent(it -> tries.add(it.tries()));
      first = first.or(() -> caught);
    }
    tries.sort(null);
    return new Line(
        mutant, tries, first, Duration.between(began, Instant.now()).toMillis() / MILLIS);
  }

  private static void print(PrintStream out, Line line, int most) {
    Mutants mutant = line.mutant();
    String equivalent = mutant.equivalent().orElse("");
    if (line.caught()) {
      row(
          out,
          mutant,
          "caught",
          "%s, after %d histories in the median of %d seeds"
              .formatted(line.first().orElseThrow().violation().property(), line.median(), SEEDS));
    } else {
      row(
          out,
          mutant,
          equivalent.isEmpty() ? "MISSED" : "equivalent",
          line.tries().isEmpty()
              ? "no seed, of %,d histories each".formatted(most)
              : "%d seeds of %d".formatted(line.tries().size(), SEEDS));
    }
    line.first()
        .ifPresent(
            it ->
                detail(out, "%s (seed %d)".formatted(it.violation().text(), it.history().seed())));
    if (!equivalent.isEmpty()) {
      detail(out, "To power cuts within an update: " + equivalent);
    }
    out.flush();
  }

  /** The shortest history found in which a mutant is caught, as a story and as a file. */
  private void tell(Line line) throws IOException {
    Optional<Campaign.Finding> finding;
    try (FaultSwitch _ = line.mutant().switchOn()) {
      finding = line.first().flatMap(it -> Campaign.finding(it.history(), line.mutant()));
    }
    if (finding.isEmpty()) {
      return;
    }
    PrintStream out = surroundings.out();
    out.println();
    finding.get().story().forEach(it -> detail(out, it));
    if (report.isPresent()) {
      Path file = report.get().writeHistory(finding.get());
      for (String world : PropertiesRun.WORLDS) {
        out.printf(
            "  again: ci/gate properties --world %s --mutant %s --history %s%n",
            world, line.mutant(), file);
      }
    }
  }

  private static void row(PrintStream out, Mutants mutant, String end, String by) {
    out.printf("%-34s %-10s %s%n", mutant, end, by);
  }

  private static void detail(PrintStream out, String text) {
    new TextWrap("    ", "    ", 80).lines(text).forEach(out::println);
  }

  private static Json json(Line line) {
    return new Json(
        line.mutant().toString(),
        line.caught(),
        line.mutant().equivalent().orElse(null),
        line.first().map(it -> it.violation().property().name()).orElse(null),
        line.caught() ? Integer.valueOf(line.median()) : null,
        line.tries().size(),
        SEEDS);
  }
}

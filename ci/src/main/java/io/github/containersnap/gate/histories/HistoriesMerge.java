package io.github.containersnap.gate.histories;

import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.gate.run.GateBuild;
import io.github.containersnap.gate.run.GateContext;
import io.github.containersnap.gate.run.OutputDirectory;
import io.github.containersnap.gate.run.UnusableInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Puts the shards of {@code ci/gate properties --shard I/N} together. It fails closed: the seeds of
 * a shard that is missing, there twice, of another run or of another gate are unknown.
 */
public final class HistoriesMerge {
  private static final int MOST_FINDINGS = 5;
  private static final long LARGEST_HISTORY = 16L << 20;

  private final List<Path> files;
  private final Optional<Path> report;
  private final GateContext surroundings;

  /**
   * A merge.
   *
   * @param results {@code properties.json} of each shard, or the directory of its report
   * @param report where the report of the whole is written, if it is
   */
  public HistoriesMerge(List<Path> results, Optional<Path> report, GateContext surroundings) {
    this.files = results.stream().map(HistoriesMerge::file).toList();
    this.report = report;
    this.surroundings = surroundings;
  }

  private static Path file(Path path) {
    return Files.isDirectory(path) ? path.resolve(HistoriesResult.NAME) : path;
  }

  /** A shard and where it lies. */
  private record Found(Path file, HistoriesResult result, HistoriesResult.Part part) {}

  /** Merges, writes the report and prints what all come to. */
  public ExitStatus run() throws IOException {
    Map<Integer, Found> shards = new TreeMap<>();
    Set<Integer> twice = new HashSet<>();
    HistoriesResult.Part whole = null;
    String world = "";
    for (Path file : files) {
      HistoriesResult result = HistoriesResult.read(file);
      HistoriesResult.Part part = result.shard();
      if (part == null) {
        refuse(file, "it is not a shard: it was played without --shard");
        continue;
      }
      if (whole == null) {
        whole = part;
        world = result.world();
      }
      String why = objection(result, part, whole, world);
      if (!why.isEmpty()) {
        refuse(file, why);
      } else if (shards.putIfAbsent(part.index(), new Found(file, result, part)) != null) {
        twice.add(part.index());
        refuse(file, "shard %d is there twice; neither counts".formatted(part.index()));
      }
    }
    if (whole == null) {
      throw new UnusableInputException(
          "None of the results is a shard of ci/gate properties; name properties.json of each.");
    }
    twice.forEach(shards::remove);
    return publish(merged(whole, world, shards), shards, whole.count());
  }

  private static String objection(
      HistoriesResult result, HistoriesResult.Part part, HistoriesResult.Part whole, String world) {
    if (!part.gate().equals(GateBuild.current())) {
      return "another gate played it (%s)".formatted(part.gate());
    }
    if (!result.world().equals(world)
        || part.count() != whole.count()
        || part.seed() != whole.seed()
        || part.histories() != whole.histories()) {
      return "it is a shard of another run than the first result";
    }
    return result.seed() == part.seed() + part.offset() && result.histories() == part.length()
        ? ""
        : "it did not play the histories of its shard";
  }

  private void refuse(Path file, String why) {
    surroundings.part("%s does not count: %s.".formatted(file, why));
  }

  private static HistoriesResult merged(
      HistoriesResult.Part whole, String world, Map<Integer, Found> shards) {
    List<HistoriesResult.Violated> violations = new ArrayList<>();
    List<HistoriesResult.Unplayed> unknown = new ArrayList<>();
    Map<String, Integer> counts = new TreeMap<>();
    int struck = 0;
    int violated = 0;
    int unplayed = 0;
    long faults = 0;
    long crashStates = 0;
    double seconds = 0;
    for (int index = 1; index <= whole.count(); index++) {
      Found found = shards.get(index);
      if (found == null) {
        HistoriesResult.Part lacking =
            new HistoriesResult.Part(
                index, whole.count(), whole.seed(), whole.histories(), whole.gate());
        unknown.addAll(missing(lacking));
        unplayed += lacking.length();
        continue;
      }
      HistoriesResult part = found.result();
      violations.addAll(part.violations());
      unknown.addAll(part.unknown() == null ? List.of() : part.unknown());
      (part.counts() == null ? Map.<String, Integer>of() : part.counts())
          .forEach((what, histories) -> counts.merge(what, histories, Integer::sum));
      struck += part.struck();
      violated += part.violated();
      unplayed += part.notPlayed();
      faults += part.faults();
      crashStates += part.crashStates();
      seconds += part.seconds();
    }
    return new HistoriesResult(
        1,
        world,
        whole.seed(),
        whole.histories(),
        struck,
        faults,
        crashStates,
        violated,
        violations.stream().limit(MOST_FINDINGS).toList(),
        seconds,
        unknown.stream().limit(HistoriesResult.NAMED).toList(),
        unplayed,
        counts,
        null);
  }

  /** The first seeds of a shard that does not count. */
  private static List<HistoriesResult.Unplayed> missing(HistoriesResult.Part part) {
    List<HistoriesResult.Unplayed> seeds = new ArrayList<>();
    for (int number = 0; number < Math.min(part.length(), HistoriesResult.NAMED); number++) {
      seeds.add(
          new HistoriesResult.Unplayed(
              part.seed() + part.offset() + number,
              "shard %d of %d is missing".formatted(part.index(), part.count())));
    }
    return seeds;
  }

  private ExitStatus publish(HistoriesResult result, Map<Integer, Found> shards, int count)
      throws IOException {
    if (report.isPresent()) {
      PropertiesReport target = new PropertiesReport(report.get(), result.world());
      new OutputDirectory("--report", target.directory())
          .requireNoneReplaced(files, HistoriesResult.NAME);
      target.prepare();
      for (Found found : shards.values()) {
        for (HistoriesResult.Violated each : found.result().violations()) {
          copyHistory(found.file(), target, each.seed());
        }
      }
      target.write(result);
    }
    Map<String, String> rows = new LinkedHashMap<>();
    rows.put("shards", "%d of %d".formatted(shards.size(), count));
    rows.put("histories", "%,d".formatted(result.histories()));
    rows.put("violated", "%,d".formatted(result.violated()));
    rows.put("unknown", "%,d".formatted(result.notPlayed()));
    rows.forEach((name, value) -> surroundings.out().printf("  %-11s %s%n", name, value));
    surroundings
        .out()
        .printf(
            "%n%s%n",
            switch (result.status()) {
              case HOLDS -> "HOLDS in each of %,d histories.".formatted(result.histories());
              case VIOLATED ->
                  "VIOLATED in %,d of %,d histories."
                      .formatted(result.violated(), result.histories());
              default ->
                  "UNKNOWN in %,d of %,d histories; none was seen to be violated."
                      .formatted(result.notPlayed(), result.histories());
            });
    surroundings.out().flush();
    return result.status();
  }

  /** By the seed alone: a path in a result is not believed. */
  private static void copyHistory(Path shard, PropertiesReport target, long seed)
      throws IOException {
    Path source =
        Optional.ofNullable(shard.getParent())
            .orElse(Path.of(""))
            .resolve(PropertiesReport.fileOf(seed));
    if (Files.isRegularFile(source) && Files.size(source) <= LARGEST_HISTORY) {
      Path copy = target.directory().resolve(PropertiesReport.fileOf(seed));
      Files.createDirectories(copy.resolveSibling(""));
      Files.write(copy, Files.readAllBytes(source));
    }
  }
}

package io.github.containersnap.gate.mutants;

import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.gate.run.GateContext;
import io.github.containersnap.gate.run.OutputDirectory;
import io.github.containersnap.gate.run.UnusableInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts the shards of {@code ci/gate mutants --shard I/N} together. It fails closed: a mutant of
 * this gate that no shard has, or that two have, is unknown; one that this gate does not have is
 * refused.
 */
public final class MutantsMerge {
  private final List<Path> files;
  private final Optional<Path> report;
  private final GateContext surroundings;

  /**
   * A merge.
   *
   * @param results {@code mutants.json} of each shard, or the directory of its report
   * @param report where the result of the whole is written, if it is
   */
  public MutantsMerge(List<Path> results, Optional<Path> report, GateContext surroundings) {
    this.files =
        results.stream()
            .map(path -> Files.isDirectory(path) ? path.resolve(MutantsResult.NAME) : path)
            .toList();
    this.report = report;
    this.surroundings = surroundings;
  }

  /** Merges, writes the report and prints what all come to. */
  public ExitStatus run() throws IOException {
    Map<String, MutantsResult.Row> rows = new LinkedHashMap<>();
    for (MutantTarget mutant : MutantTarget.all()) {
      rows.put(mutant.name(), unknown(mutant.name(), "no shard has it"));
    }
    Map<String, Path> from = new LinkedHashMap<>();
    for (Path file : files) {
      for (MutantsResult.Row row : MutantsResult.read(file).rows()) {
        if (!rows.containsKey(row.name())) {
          throw new UnusableInputException(
              "%s: this gate has no mutant '%s'; merge with the gate that hunted it."
                  .formatted(file, row.name()));
        }
        Path other = from.putIfAbsent(row.name(), file);
        rows.put(
            row.name(),
            other == null
                ? row
                : unknown(row.name(), "it is in %s and in %s".formatted(other, file)));
      }
    }
    MutantsResult result = new MutantsResult(List.copyOf(rows.values()));
    if (report.isPresent()) {
      OutputDirectory target = new OutputDirectory("--report", report.get());
      target.requireWritable();
      target.requireNoneReplaced(files, MutantsResult.NAME);
      result.writeTo(report.get());
    }
    print(result);
    return result.status();
  }

  private static MutantsResult.Row unknown(String name, String why) {
    return new MutantsResult.Row(name, false, null, null, null, null, 0, why);
  }

  private void print(MutantsResult result) {
    for (MutantsResult.Row row : result.rows()) {
      if (row.isMissed() || row.unknown() != null) {
        surroundings
            .out()
            .printf(
                "%-28s %s%n",
                row.name(), row.unknown() == null ? "MISSED" : "unknown: " + row.unknown());
      }
    }
    long caught = result.rows().stream().filter(MutantsResult.Row::caught).count();
    long missed = result.rows().stream().filter(MutantsResult.Row::isMissed).count();
    long unknown = result.rows().stream().filter(row -> row.unknown() != null).count();
    surroundings
        .out()
        .printf(
            "%d mutants: %d caught, %d proved to change nothing, %d missed, %d unknown.%n",
            result.rows().size(),
            caught,
            result.rows().size() - caught - missed - unknown,
            missed,
            unknown);
    surroundings.out().flush();
  }
}

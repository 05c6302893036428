package io.github.containersnap.gate.histories;

import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.run.OutputDirectory;
import io.github.containersnap.harness.history.HistoryFile;
import io.github.containersnap.harness.history.play.Campaign;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The report of {@code ci/gate properties}.
 *
 * @param directory where it lies
 * @param world where the histories are played
 */
public record PropertiesReport(Path directory, String world) {
  private static final String RESULT = "properties.json";
  private static final String HISTORIES = "histories";
  private static final double MILLIS = 1000.0;

  private record Json(
      int schema,
      String world,
      long seed,
      int histories,
      int struck,
      long faults,
      long crashStates,
      int violated,
      List<JsonViolation> violations,
      double seconds) {}

  private record JsonViolation(
      long seed, String property, String text, String history, String replay, List<String> story) {}

  /** Makes the directory and removes an earlier report from it. */
  public void prepare() throws IOException {
    new OutputDirectory("--report", directory).requireWritable();
    Files.deleteIfExists(directory.resolve(RESULT));
    Path histories = directory.resolve(HISTORIES);
    if (Files.isDirectory(histories)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(histories, "seed-*.json")) {
        for (Path file : files) {
          Files.delete(file);
        }
      }
    }
  }

  /** Where the history of a finding is, or will be. */
  Path history(Campaign.Finding finding) {
    return directory.resolve(HISTORIES).resolve("seed-%d.json".formatted(finding.drawn().seed()));
  }

  /** Writes the short history of a finding; returns where. */
  Path writeHistory(Campaign.Finding finding) throws IOException {
    Files.createDirectories(directory.resolve(HISTORIES));
    return Files.writeString(history(finding), HistoryFile.text(finding.shrunk()));
  }

  void write(long seed, Campaign.Summary summary, Duration time) throws IOException {
    for (Campaign.Finding finding : summary.findings()) {
      writeHistory(finding);
    }
    Json json =
        new Json(
            1,
            world,
            seed,
            summary.histories(),
            summary.struck(),
            summary.faults(),
            summary.crashStates(),
            summary.violations(),
            summary.findings().stream().map(this::json).toList(),
            time.toMillis() / MILLIS);
    // Last: where it is, the report is whole.
    Files.writeString(directory.resolve(RESULT), ResultJson.text(json));
  }

  private JsonViolation json(Campaign.Finding finding) {
    return new JsonViolation(
        finding.drawn().seed(),
        finding.violation().property().name(),
        finding.violation().text(),
        directory.relativize(history(finding)).toString(),
        PropertiesRun.replay(world, finding.drawn()),
        finding.story());
  }
}

package io.github.containersnap.gate.histories;

import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.report.page.ReportPage;
import io.github.containersnap.gate.run.OutputDirectory;
import io.github.containersnap.harness.history.HistoryFile;
import io.github.containersnap.harness.history.play.Campaign;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The report of {@code ci/gate properties}.
 *
 * @param directory where it lies
 * @param world where the histories are played
 */
public record PropertiesReport(Path directory, String world) {
  private static final String HISTORIES = "histories";
  private static final double MILLIS = 1000.0;

  /** Makes the directory and removes an earlier report from it. */
  public void prepare() throws IOException {
    new OutputDirectory("--report", directory).requireWritable();
    Files.deleteIfExists(directory.resolve(HistoriesResult.NAME));
    Files.deleteIfExists(directory.resolve(ReportPage.NAME));
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
    return directory.resolve(fileOf(finding.drawn().seed()));
  }

  /** Where the history of a seed is, from the report's directory. */
  static String fileOf(long seed) {
    return "%s/seed-%d.json".formatted(HISTORIES, seed);
  }

  /** Writes the short history of a finding; returns where. */
  Path writeHistory(Campaign.Finding finding) throws IOException {
    Files.createDirectories(directory.resolve(HISTORIES));
    return Files.writeString(history(finding), HistoryFile.text(finding.shrunk()));
  }

  void write(
      long seed, Campaign.Summary summary, Duration time, HistoriesResult.@Nullable Part part)
      throws IOException {
    for (Campaign.Finding finding : summary.findings()) {
      writeHistory(finding);
    }
    write(
        new HistoriesResult(
            1,
            world,
            seed,
            summary.histories(),
            summary.struck(),
            summary.faults(),
            summary.crashStates(),
            summary.violations(),
            summary.findings().stream().map(this::json).toList(),
            time.toMillis() / MILLIS,
            summary.unknown().entrySet().stream()
                .limit(HistoriesResult.NAMED)
                .map(each -> new HistoriesResult.Unplayed(each.getKey(), each.getValue()))
                .toList(),
            summary.unknown().size(),
            new TreeMap<>(summary.counts()),
            part));
  }

  /** Writes the page, and the result last: where that is, the report is whole. */
  void write(HistoriesResult result) throws IOException {
    Files.writeString(directory.resolve(ReportPage.NAME), new HistoriesPage(result).html());
    Files.writeString(directory.resolve(HistoriesResult.NAME), ResultJson.text(result));
  }

  private HistoriesResult.Violated json(Campaign.Finding finding) {
    return new HistoriesResult.Violated(
        finding.drawn().seed(),
        finding.violation().property().name(),
        finding.violation().text(),
        fileOf(finding.drawn().seed()),
        PropertiesRun.replay(world, finding.drawn()),
        finding.story());
  }
}

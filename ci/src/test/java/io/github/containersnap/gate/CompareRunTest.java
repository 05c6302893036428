package io.github.containersnap.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Comparisons from beginning to end, of updaters that are right and of their faulty twins. */
@Timeout(900)
class CompareRunTest extends RunsOfTheSmallPair {
  private final TinyUpdaters updaters = new TinyUpdaters(directory.resolve("updaters"));

  @Test
  void on_ext4_each_planted_fault_is_seen_and_the_right_updater_loses_nothing() throws Exception {
    Path report = directory.resolve("comparison");
    JsonNode rows =
        compared(
            "ext4",
            report,
            updaters.right(),
            updaters.renameFirst(),
            updaters.forgetsToSync(),
            updaters.overwritesTheKernel());

    requireWhole(figures(rows, "right"));
    assertThat(figures(rows, "rename-first").path("unbootable").asInt()).isPositive();
    assertThat(figures(rows, "forgets-to-sync").path("lost").asInt()).isPositive();
    JsonNode overwritten = figures(rows, "overwrites-the-kernel");
    assertThat(overwritten.path("torn").asInt()).as("%s", overwritten).isPositive();
    assertThat(overwritten.path("tried").path("again").asInt()).isPositive();
    assertThat(overwritten.path("repaired").path("again").asInt())
        .isEqualTo(overwritten.path("tried").path("again").asInt());
    assertThat(report.resolve("index.html")).exists();
    assertThat(report.resolve("right-ext4/result.json")).exists();
    assertThat(Files.readString(report.resolve("comparison.txt"))).contains("forgets-to-sync");
  }

  @Test
  @Tag("exhaustive")
  void the_same_updater_is_right_on_btrfs_and_on_xfs() throws Exception {
    JsonNode rows = compared("xfs,btrfs", directory.resolve("r"), updaters.right());

    assertThat(rows).hasSizeGreaterThanOrEqualTo(2);
    for (JsonNode row : rows) {
      if (row.path("updater").asText().equals("right")) {
        requireWhole(row.path("figures"));
      }
    }
  }

  private static JsonNode compared(String filesystems, Path report, Path... updaters)
      throws Exception {
    GateRun run =
        GateRun.of(
            "compare",
            "--small",
            "--json",
            "--filesystem",
            filesystems,
            "--updaters",
            Stream.of(updaters).map(Path::toString).collect(Collectors.joining(",")),
            "--report",
            report);
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(Files.readString(report.resolve("comparison.json"))).isEqualTo(run.out());
    return json(run.out()).path("rows");
  }

  private static JsonNode figures(JsonNode rows, String updater) {
    for (JsonNode row : rows) {
      if (row.path("updater").asText().equals(updater)) {
        assertThat(row.path("figures").path("unknown").asInt()).as("%s", row).isZero();
        return row.path("figures");
      }
    }
    throw new AssertionError(updater + " is not in " + rows);
  }

  private static void requireWhole(JsonNode figures) {
    assertThat(figures.path("old").asInt() + figures.path("new").asInt())
        .as("%s", figures)
        .isEqualTo(figures.path("cutPoints").asInt());
    assertThat(figures.path("old").asInt()).isPositive();
    assertThat(figures.path("new").asInt()).isPositive();
    assertThat(figures.path("lost").asInt()).as("%s", figures).isZero();
  }
}

package io.github.containersnap.gate.benchmark;

import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.report.page.ReportPage;
import io.github.containersnap.gate.run.JsonObjectFile;
import io.github.containersnap.gate.run.OutputDirectory;
import io.github.containersnap.gate.run.UnusableInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * {@code benchmark.json}, schema 1. Later schemas only add fields.
 *
 * @param verdict {@code holds}, or {@code violated} if what was timed did not do the same
 * @param what what was measured, in a sentence
 * @param measurements the programs or loops that took turns
 * @param findings what follows, in sentences
 */
public record BenchmarkResult(
    int schema,
    String verdict,
    String what,
    List<Measurement> measurements,
    List<String> findings) {
  /** The name of the file in the directory of a report. */
  public static final String NAME = "benchmark.json";

  private static final long LARGEST = 1L << 20;
  private static final List<String> NEEDED =
      List.of("schema", "verdict", "what", "measurements", "findings");

  /**
   * Something that was timed.
   *
   * @param seconds the wall time of each counted run
   * @param states how many crash states each run judged; 0 if it judged none
   * @param outcome what it came to, or empty
   */
  public record Measurement(String name, List<Double> seconds, int states, String outcome) {
    double fastest() {
      return seconds.stream().mapToDouble(each -> each).min().orElse(0);
    }

    double slowest() {
      return seconds.stream().mapToDouble(each -> each).max().orElse(0);
    }

    double median() {
      return seconds.isEmpty() ? 0 : seconds.stream().sorted().toList().get(seconds.size() / 2);
    }
  }

  /**
   * Reads a file; nothing in it is trusted.
   *
   * @throws UnusableInputException if it is not one
   * @throws IOException if it cannot be read
   */
  public static BenchmarkResult read(Path file) throws IOException {
    JsonObjectFile json = new JsonObjectFile(file, LARGEST, NEEDED, why -> refused(file, why));
    BenchmarkResult found = json.as(BenchmarkResult.class, json.read());
    if (found.measurements().stream().anyMatch(BenchmarkResult::isDamaged)
        || found.findings().stream().anyMatch(Objects::isNull)) {
      throw refused(file, "one of its measurements lacks something");
    }
    return found;
  }

  /** The JSON reader leaves null what is missing, whatever the record says. */
  @SuppressWarnings("ConstantValue")
  private static boolean isDamaged(Measurement each) {
    return each == null
        || each.name() == null
        || each.outcome() == null
        || each.seconds() == null
        || each.seconds().stream().anyMatch(it -> it == null || !(it >= 0) || it.isInfinite());
  }

  private static UnusableInputException refused(Path file, String why) {
    return new UnusableInputException(
        "%s is not a result of ci/gate benchmark: %s.".formatted(file, why));
  }

  /** Writes the page, and the result last. */
  public void writeTo(Path directory) throws IOException {
    new OutputDirectory("--report", directory).requireWritable();
    Files.writeString(directory.resolve(ReportPage.NAME), new BenchmarkPage(this).html());
    Files.writeString(directory.resolve(NAME), ResultJson.text(this));
  }
}

package io.github.containersnap.gate.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.containersnap.gate.ExampleLog;
import io.github.containersnap.gate.ExampleResult;
import io.github.containersnap.gate.check.ReportDirectory;
import io.github.containersnap.harness.sweep.CrashSweep;
import io.github.containersnap.harness.sweep.SelectedStates;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What machines read is a contract: the whole text is pinned. */
class ResultJsonTest {

  @TempDir Path directory;

  private static String fixture(String name) throws Exception {
    try (InputStream in = ResultJsonTest.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static JsonNode json(ExampleResult example) throws Exception {
    return JsonMapper.builder().build().readTree(ResultJson.of(example.result()).text());
  }

  @Test
  void a_violated_run() throws Exception {
    assertThat(ResultJson.of(ExampleResult.violated(ExampleLog.in(directory)).result()).text())
        .isEqualTo(fixture("result-violated.json"));
  }

  @Test
  void a_case_file() throws Exception {
    CheckResult result = ExampleResult.violated(ExampleLog.in(directory)).result();
    Path report = directory.resolve("report");
    new ReportDirectory(report).write(result);

    assertThat(Files.readString(report.resolve("cases/state-11.json")))
        .isEqualTo(fixture("case-state-11.json"));
  }

  @Test
  void every_case_that_the_result_names_is_a_file_of_the_report() throws Exception {
    CheckResult result = ExampleResult.violated(ExampleLog.in(directory)).result();
    new ReportDirectory(directory).write(result);

    JsonNode violations =
        JsonMapper.builder()
            .build()
            .readTree(directory.resolve("result.json").toFile())
            .path("violations");
    assertThat(violations).hasSize(4);
    assertThat(violations)
        .allSatisfy(
            violation -> assertThat(directory.resolve(violation.path("case").asText())).exists());
    assertThat(directory.resolve("junit.xml")).exists();
  }

  @Test
  void a_new_run_removes_the_report_of_the_one_before_and_nothing_else() throws Exception {
    new ReportDirectory(directory).write(ExampleResult.violated(ExampleLog.in(directory)).result());
    Path other = Files.writeString(directory.resolve("notes.txt"), "mine");

    new ReportDirectory(directory).prepare();

    assertThat(directory.resolve("result.json")).doesNotExist();
    assertThat(directory.resolve("junit.xml")).doesNotExist();
    assertThat(directory.resolve("cases")).isEmptyDirectory();
    assertThat(other).exists();
  }

  @Test
  void the_verdict_is_one_of_three() throws Exception {
    ExampleResult holding = ExampleResult.holding(ExampleLog.in(directory));
    assertThat(json(holding).path("verdict").asText()).isEqualTo("holds");
    assertThat(json(holding).path("void").isNull()).isTrue();
    assertThat(json(holding.withMore(ExampleResult.unknown(10, "?"))).path("verdict").asText())
        .isEqualTo("unknown");
    assertThat(json(holding.with()).path("verdict").asText()).isEqualTo("unknown");
  }

  @Test
  void a_sample_says_so() throws Exception {
    JsonNode selection =
        json(ExampleResult.holding(ExampleLog.in(directory))
                .with(
                    new StateSelection(
                        SelectedStates.Kind.FLUSH,
                        ExampleResult.IN_FLIGHT,
                        OptionalInt.of(50),
                        3,
                        CrashSweep.Depth.EVERY_STATE,
                        Optional.of(Duration.ofMillis(50)))))
            .path("selection");
    assertThat(selection.toString())
        .isEqualTo(
            "{\"states\":\"flush\",\"sample\":50,\"seed\":3,\"subsets\":null,"
                + "\"atomicUnit\":null,\"depth\":\"every-state\",\"commitEveryMilliseconds\":50}");
  }
}

package io.github.containersnap.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PropertiesCommandTest {
  @TempDir private Path directory;

  PropertiesCommandTest() {}

  @Test
  void histories_in_which_all_holds() throws IOException {
    GateRun run = GateRun.of("properties", "--histories", 120, "--seed", 7, "--report", directory);

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).endsWith("HOLDS in each of 120 histories.\n");
    JsonNode json = new JsonMapper().readTree(directory.resolve("properties.json").toFile());
    assertThat(json.path("world").asText()).isEqualTo("simulated");
    assertThat(json.path("seed").asInt()).isEqualTo(7);
    assertThat(json.path("histories").asInt()).isEqualTo(120);
    assertThat(json.path("faults").asInt()).isPositive();
    assertThat(json.path("violations").isEmpty()).isTrue();
    assertThat(json.path("seconds").isNumber()).isTrue();
  }

  @Test
  void one_history_is_told() {
    GateRun run = GateRun.of("properties", "--histories", 1, "--seed", 7);

    assertThat(run.status()).isZero();
    assertThat(run.out())
        .startsWith("    1. A machine is installed with image ")
        .endsWith("HOLDS in this history.\n");
    assertThat(GateRun.of("properties", "--histories", 1, "--seed", 7)).isEqualTo(run);
  }

  @Test
  void a_mutant_is_caught() {
    GateRun run = GateRun.of("properties", "--mutant", "fallback-deleted");

    assertThat(run.status()).isZero();
    assertThat(run.out())
        .contains("fallback-deleted", "caught", "in the median of 15 seeds", "P11");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--world|moon|There is no world 'moon'; those there are: simulated, loopback, vm.",
        "--histories|0|--histories needs a number from 1 to 100000000.",
        "--jobs|0|--jobs needs a number from 1 to 256.",
        "--mutant|no-brakes|There is no mutant 'no-brakes'; `ci/gate mutants --list` names those"
            + " there are.",
        "--history|/nowhere.json|/nowhere.json holds no history: it is not a file."
      })
  void what_makes_no_sense_is_said_in_a_sentence(String option, String value, String refusal) {
    assertThat(GateRun.of("properties", option, value).refusal()).isEqualTo(refusal);
  }

  @Test
  void power_cuts_are_compared_where_there_are_many() {
    assertThat(GateRun.of("properties", "--world", "vm", "--conformance").refusal())
        .startsWith("--conformance compares the loopback world; ");
  }

  @Test
  void a_file_that_holds_no_history() throws IOException {
    Path file = Files.writeString(directory.resolve("history.json"), "{}");

    assertThat(GateRun.of("properties", "--history", file).refusal())
        .startsWith(file + " holds no history: ");
  }
}

package io.github.containersnap.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
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
  void the_shards_come_to_what_the_whole_comes_to() throws Exception {
    List<Path> parts = new ArrayList<>();
    for (int index = 1; index <= 3; index++) {
      Path part = directory.resolve("part-" + index);
      GateRun run =
          GateRun.of(
              "properties",
              "--histories",
              100,
              "--seed",
              7,
              "--shard",
              index + "/3",
              "--report",
              part);
      assertThat(run.status()).as(run.err()).isZero();
      parts.add(part);
    }
    Path whole = directory.resolve("whole");
    Path merged = directory.resolve("merged");
    GateRun.of("properties", "--histories", 100, "--seed", 7, "--report", whole);

    GateRun run = GateRun.of("merge", parts.get(2), parts.get(0), parts.get(1), "--report", merged);

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).endsWith("HOLDS in each of 100 histories.\n");
    assertThat(withoutTime(merged)).isEqualTo(withoutTime(whole));

    GateRun lacking = GateRun.of("merge", parts.get(0), parts.get(2));
    assertThat(lacking.status()).isEqualTo(3);
    assertThat(lacking.out()).endsWith("none was seen to be violated.\n").contains("33 of 100");
    GateRun twice = GateRun.of("merge", parts.get(0), parts.get(1), parts.get(1), parts.get(2));
    assertThat(twice.status()).isEqualTo(3);
    Path result = parts.get(1).resolve("properties.json");
    Files.writeString(
        result, Files.readString(result).replace("\"histories\" : 33", "\"histories\" : 32"));
    assertThat(GateRun.of("merge", parts.get(0), parts.get(1), parts.get(2)).status()).isEqualTo(3);
  }

  private static JsonNode withoutTime(Path report) throws IOException {
    ObjectNode json =
        (ObjectNode) new JsonMapper().readTree(report.resolve("properties.json").toFile());
    json.remove("seconds");
    return json;
  }

  @Test
  void a_shard_needs_the_seed_that_all_share() {
    assertThat(GateRun.of("properties", "--shard", "1/2").refusal())
        .startsWith("--shard needs --s");
    assertThat(GateRun.of("properties", "--shard", "3/2", "--seed", 1).refusal())
        .startsWith("--shard needs I/N");
    assertThat(GateRun.of("properties", "--shard", "1/9", "--seed", 1, "--histories", 8).refusal())
        .isEqualTo("--shard 1/9: there are fewer histories than shards.");
  }

  @Test
  void shards_of_a_check_are_not_merged_without_their_recording() {
    assertThat(GateRun.of("merge", directory.resolve("shard-1/result.json")).refusal())
        .isEqualTo(
            "Shards of a check are merged with the recording that they checked: --from DIR.");
  }

  @Test
  void the_page_tells_the_story_and_can_be_made_again() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("properties.json"),
            """
            {"schema":1,"world":"simulated","seed":7,"histories":2,"struck":1,"faults":1,
             "crashStates":0,"violated":1,"seconds":0.5,"violations":[{"seed":8,"property":"P1",
             "text":"it boots <b>neither</b>","history":"histories/seed-8.json",
             "replay":"ci/gate properties --seed 8","story":["A machine is installed."]}]}
            """);

    assertThat(GateRun.of("report", file).status()).isZero();

    Document page = Jsoup.parse(Files.readString(directory.resolve("index.html")));
    assertThat(page.select("h1").text()).isEqualTo("Violated");
    assertThat(page.select("ol li").text()).isEqualTo("A machine is installed.");
    assertThat(page.text()).contains("it boots <b>neither</b>.");
    assertThat(page.select("script, b, [src]")).isEmpty();
    Files.writeString(file, Files.readString(file).replace("simulated", "<script>"));
    assertThat(GateRun.of("report", file).refusal())
        .isEqualTo(
            file
                + " is not a result of ci/gate properties: its 'world' is not what a result has"
                + " there.");
  }

  @Test
  void a_benchmark_has_a_page_too() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("benchmark.json"),
            """
            {"schema":1,"verdict":"holds","what":"One against another","findings":["1.5 times."],
             "measurements":[{"name":"one","seconds":[3.0,1.0,2.0],"states":10,"outcome":"10 old"},
             {"name":"<i>","seconds":[4.0],"states":0,"outcome":""}]}
            """);

    assertThat(GateRun.of("report", directory).status()).isZero();

    Document page = Jsoup.parse(Files.readString(directory.resolve("index.html")));
    assertThat(page.expectFirst("tbody tr").text())
        .isEqualTo("one 3 1.000 2.000 3.000 10 5.0 10 old");
    assertThat(page.select(".lane.timing")).hasSize(2);
    Files.writeString(file, Files.readString(file).replace("4.0", "null"));
    assertThat(GateRun.of("report", file).refusal()).contains("one of its measurements lacks");
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

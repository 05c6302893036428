package io.github.containersnap.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.gate.check.ReportDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code ci/gate report}: the page again, from a result that may be anything. */
class ReportCommandTest {
  @TempDir Path directory;
  private Path result;

  @BeforeEach
  void writeAReport() throws Exception {
    new ReportDirectory(directory).write(ExampleResult.violated(ExampleLog.in(directory)).result());
    result = directory.resolve("result.json");
  }

  @Test
  void the_page_is_written_beside_the_result() throws Exception {
    String page = Files.readString(directory.resolve("index.html"));
    Files.delete(directory.resolve("index.html"));

    GateRun run = GateRun.of("report", result);

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out().strip()).isEqualTo(directory.resolve("index.html").toString());
    assertThat(directory.resolve("index.html")).hasContent(page);
  }

  @Test
  void or_where_it_is_asked_for() {
    Path other = directory.resolve("other.html");

    assertThat(GateRun.of("report", result, "--output", other).status()).isZero();

    assertThat(other).exists();
    assertThat(GateRun.of("report", result, "--output", directory).refusal())
        .isEqualTo("--output %s is a directory; name a file.".formatted(directory));
  }

  @Test
  void two_results_are_compared_in_text_and_on_a_page() throws Exception {
    Path sound = directory.resolve("sound");
    new ReportDirectory(sound).write(ExampleResult.holding(ExampleLog.in(directory)).result());
    Path page = directory.resolve("compare.html");

    GateRun worse = GateRun.of("report", "--compare", sound, directory, "--output", page);

    assertThat(worse.status()).as(worse.err()).isEqualTo(1);
    assertThat(worse.out()).endsWith("WORSE: 3 states are violated in B and not in A.\n");
    assertThat(page).content().contains("3 states became violated");
    assertThat(GateRun.of("report", "--compare", directory, sound).status()).isZero();
    assertThat(GateRun.of("report", "--compare", result).refusal())
        .isEqualTo("--compare needs two results, A and B.");
    assertThat(GateRun.of("report", result, sound).refusal())
        .isEqualTo("One result has one page; --compare compares two.");
  }

  @Test
  void an_older_result_has_a_page_without_a_strip() throws Exception {
    String older = Files.readString(result).replaceFirst(",\\s*\"map\" : \\{[\\s\\S]*", "}");
    Files.writeString(result, older.replaceFirst(",\\s*\"sequence\"[\\s\\S]*?\\]", ""));

    assertThat(GateRun.of("report", result).status()).isZero();

    assertThat(Files.readString(directory.resolve("index.html"))).contains("P1 (atomic) after 3");
  }

  @Test
  void a_file_that_is_not_there_or_no_result() throws Exception {
    Path missing = directory.resolve("missing.json");
    assertThat(GateRun.of("report", missing).refusal())
        .isEqualTo(missing + " is not a result of the gate: there is no such file.");
    Files.writeString(result, "[1]");
    assertThat(GateRun.of("report", result).refusal()).endsWith("it holds no JSON object.");
    Files.writeString(result, "{\"schema\" : 1");
    assertThat(GateRun.of("report", result).refusal()).contains("it is not JSON from line 1");
    Files.writeString(result, "{}");
    assertThat(GateRun.of("report", result).refusal()).endsWith("it lacks 'schema'.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "verdict" : "violated"     | "verdict" : "fine"        | its 'verdict' is not what a result has there
          "reference" : "oci:/srv/old:image" | "reference" : null | its 'reference' is not what a result has there
          "checked" : 6              | "checked" : 7             | it has 6 states, and 7 were checked
          9=o1                       | 9=o9                      | a class lacks
          9=o1                       | 9-999999999=o1            | a state lies outside the log
          9=o1                       | <b>=o1                    | it has a run of states that is none
          11=v1.2                    | 11=v7.2                   | a failure lacks
          k*2                        | k*9999999                 | it has more than 4,000,000 entries
          "entry" : 9                | "entry" : 99              | a mark lies outside the log
          """)
  void a_damaged_one_is_refused_in_one_sentence(String sound, String damaged, String why)
      throws Exception {
    String text = Files.readString(result);
    assertThat(text).contains(sound);
    Files.writeString(result, text.replace(sound, damaged));

    assertThat(GateRun.of("report", result).refusal()).contains(why);
  }
}

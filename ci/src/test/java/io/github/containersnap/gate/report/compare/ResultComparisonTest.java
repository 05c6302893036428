package io.github.containersnap.gate.report.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.gate.ExampleLog;
import io.github.containersnap.gate.ExampleResult;
import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.report.compare.StateChange.Kind;
import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.property.Side;
import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.harness.sweep.StateVerdict;
import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.log.WriteLog;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two results side by side, over the {@link ExampleLog}. */
class ResultComparisonTest {
  private static final int COLUMNS = 80;

  @TempDir Path directory;
  private WriteLog log;

  @BeforeEach
  void makeTheLog() {
    log = ExampleLog.in(directory);
  }

  private ComparedResult read(String name, ExampleResult result) throws Exception {
    return ComparedResult.read(
        Files.writeString(directory.resolve(name), ResultJson.of(result.result()).text()));
  }

  private ResultComparison compared(ExampleResult before, ExampleResult after) throws Exception {
    return new ResultComparison(read("a.json", before), read("b.json", after));
  }

  private static String text(ResultComparison comparison) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new ComparisonText(comparison, COLUMNS)
        .print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** The example with other verdicts, and the same moments in another recording. */
  private ExampleResult inAnotherRecording(Side atTheCommit) {
    return new ExampleResult(
        ExampleLog.withMoreBeforeItBegins(directory),
        ExampleResult.holding(log).mutants(),
        ExampleResult.holding(log).selection(),
        Stream.of(0, 4, 8, 9, 12, 14)
            .map(
                place ->
                    new StateVerdict(
                        new CrashState.Prefix(place),
                        new Verdict.Holds(place < 12 ? Side.OLD : atTheCommit)))
            .toList());
  }

  @Test
  void a_result_compared_with_itself_is_not_worse() throws Exception {
    ResultComparison same = compared(ExampleResult.violated(log), ExampleResult.violated(log));

    assertThat(same.status()).isEqualTo(ExitStatus.HOLDS);
    assertThat(same.changes()).isEmpty();
    assertThat(same.common()).isEqualTo(6);
    assertThat(text(same)).endsWith("NOT WORSE: B violates nothing that A does not.\n");
  }

  @Test
  void states_that_became_violated_are_named_and_neighbours_are_one_row() throws Exception {
    ResultComparison worse = compared(ExampleResult.holding(log), ExampleResult.violated(log));

    assertThat(worse.status()).isEqualTo(ExitStatus.VIOLATED);
    assertThat(worse.states(Kind.BECAME_VIOLATED)).isEqualTo(3);
    assertThat(worse.changes(Kind.BECAME_VIOLATED)).hasSize(2);
    assertThat(worse.states(Kind.OTHER_SYSTEM)).as("old after entry 9").isEqualTo(1);
    assertThat(text(worse))
        .contains(
            "3 became violated (violated in B, and not in A):\n",
            "  step 3 (pulling the image), epoch 1, after write 1, and 1 after it, to step 3\n",
            "    A  prefix:5: boots old (class 1)\n",
            "    B  prefix:5: violates P1 (atomic) (class 2): faults 1\n",
            "  violated       0                      3                      +3\n")
        .endsWith("WORSE: 3 states are violated in B and not in A.\n");
    assertThat(text(worse).lines()).allMatch(line -> line.length() <= COLUMNS);
  }

  @Test
  void what_is_mended_is_right_again() throws Exception {
    ResultComparison better = compared(ExampleResult.violated(log), ExampleResult.holding(log));

    assertThat(better.status()).isEqualTo(ExitStatus.HOLDS);
    assertThat(better.states(Kind.BECAME_RIGHT)).isEqualTo(3);
    assertThat(better.faults()).allMatch(fault -> fault.after() == 0).hasSize(2);
    assertThat(better.sentence())
        .isEqualTo("3 states are right in B that were not in A, and nothing became worse.");
  }

  @Test
  void another_recording_is_compared_by_moments() throws Exception {
    ResultComparison same = compared(ExampleResult.holding(log), inAnotherRecording(Side.NEW));
    assertThat(same.status()).isEqualTo(ExitStatus.HOLDS);
    assertThat(same.common()).as("all but the one before the update begins").isEqualTo(5);
    assertThat(same.changes()).isEmpty();
    assertThat(same.limits()).anyMatch(it -> it.contains("5 of B's 6 states were found in A"));

    ResultComparison other = compared(ExampleResult.holding(log), inAnotherRecording(Side.OLD));
    assertThat(other.changes(Kind.OTHER_SYSTEM))
        .singleElement()
        .satisfies(
            change -> {
              assertThat(change.states()).isEqualTo(2);
              assertThat(change.before().address()).isEqualTo("prefix:9");
              assertThat(change.after().address()).isEqualTo("prefix:12");
            });
  }

  @Test
  void a_violation_where_the_other_was_not_checked_is_worse() throws Exception {
    ExampleResult few = ExampleResult.holding(log).with(ExampleResult.holds(0, Side.OLD));
    ExampleResult more =
        few.with(
            ExampleResult.holds(0, Side.OLD),
            ExampleResult.violates(5, new Violation(Property.P5, "it does not converge")));

    ResultComparison worse = compared(few, more);

    assertThat(worse.status()).isEqualTo(ExitStatus.VIOLATED);
    assertThat(text(worse)).contains("    A  not checked, or equal to an earlier state\n");
  }

  @Test
  void unknown_states_are_never_a_pass() throws Exception {
    ExampleResult unknown =
        ExampleResult.holding(log)
            .with(
                ExampleResult.holds(0, Side.OLD),
                new StateVerdict(new CrashState.Prefix(5), new Verdict.Unknown("no room")));

    ResultComparison comparison = compared(ExampleResult.holding(log), unknown);

    assertThat(comparison.status()).isEqualTo(ExitStatus.CANNOT_TELL);
    assertThat(comparison.states(Kind.BECAME_UNKNOWN)).isEqualTo(1);
  }

  @Test
  void the_page_has_the_changes_the_strips_and_no_script() throws Exception {
    String hostile = "<script>alert(one)</script>";
    ExampleResult after =
        ExampleResult.holding(log)
            .with(
                ExampleResult.holds(0, Side.OLD),
                ExampleResult.violates(5, new Violation(Property.P1, hostile)));

    Document page =
        Jsoup.parse(new ComparisonPage(compared(ExampleResult.holding(log), after)).html());

    assertThat(page.select("h1").text()).isEqualTo("Worse");
    assertThat(page.select("script, [src], img, iframe, form")).isEmpty();
    assertThat(page.select("meta[http-equiv=Content-Security-Policy]").attr("content"))
        .startsWith("default-src 'none'; style-src");
    assertThat(page.select("#became-violated")).hasSize(1);
    assertThat(page.select(".lane.tall i.v")).hasSize(1);
    assertThat(page.select(".lane.tall")).hasSize(2);
    assertThat(page.text()).contains(hostile);
    assertThat(page.html()).doesNotContain("http://", "https://", "@import", "url(");
    assertThat(page.select("section"))
        .allSatisfy(
            section ->
                assertThat(page.getElementById(section.attr("aria-labelledby"))).isNotNull());
  }
}

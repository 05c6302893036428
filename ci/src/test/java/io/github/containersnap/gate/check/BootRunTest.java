package io.github.containersnap.gate.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.containersnap.gate.ExampleLog;
import io.github.containersnap.gate.ExampleResult;
import io.github.containersnap.gate.report.BootResults;
import io.github.containersnap.gate.report.CheckResult;
import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.report.SummaryTable;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.property.Side;
import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.harness.sweep.StateVerdict;
import io.github.containersnap.loopback.crash.CrashState;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What boots add to verdicts and reports; the boots themselves are in {@code WholeRunTest}. */
class BootRunTest {
  private static final Violation NOT_BOOTED =
      new Violation(
          Property.P10,
          "in a virtual machine the new system does not come up: the kernel panicked (\"…\"); 2"
              + " states boot alike");

  @TempDir Path directory;

  private static BootResults.Booted came(int state, int states, String system) {
    return new BootResults.Booted(
        new CrashState.Prefix(state),
        from(state, states),
        system,
        Optional.of(system.equals("the old system") ? Side.OLD : Side.NEW),
        Optional.of("a login prompt"),
        Optional.empty(),
        false,
        Duration.ofSeconds(31),
        "login: ",
        Optional.empty());
  }

  private static BootResults.Booted failed(int state, boolean infrastructure) {
    return new BootResults.Booted(
        new CrashState.Prefix(state),
        from(state, 2),
        "the new system",
        Optional.empty(),
        Optional.empty(),
        Optional.of("the new system does not come up: the kernel panicked (\"…\")"),
        infrastructure,
        Duration.ofSeconds(12),
        "Kernel panic",
        Optional.empty());
  }

  private static SortedSet<CrashState> from(int first, int count) {
    return new TreeSet<>(
        IntStream.range(first, first + count).mapToObj(CrashState.Prefix::new).toList());
  }

  private static List<StateVerdict> judged(List<StateVerdict> verdicts, BootResults boots) {
    return BootRun.judged(verdicts, boots, _ -> false);
  }

  private static BootResults boots(BootResults.Booted... all) {
    return new BootResults(List.of(all), "emulation (TCG)", Duration.ofSeconds(43));
  }

  private ExampleResult example() {
    return ExampleResult.holding(ExampleLog.in(directory));
  }

  @Test
  void a_state_that_does_not_boot_violates_p10() {
    List<StateVerdict> verdicts =
        judged(example().verdicts(), boots(came(0, 4, "the old system"), failed(9, false)));

    assertThat(verdicts.getFirst()).isEqualTo(ExampleResult.holds(0, Side.OLD));
    assertThat(verdicts).contains(ExampleResult.violates(9, NOT_BOOTED));
    assertThat(verdicts).contains(ExampleResult.holds(11, Side.NEW));
  }

  @Test
  void success_reported_and_the_old_system_booted_violates_p2() {
    BootResults boots = boots(came(8, 4, "the old system"));

    assertThat(
            BootRun.judged(
                example().verdicts(), boots, state -> state.equals(new CrashState.Prefix(9))))
        .contains(
            ExampleResult.violates(
                9,
                new Violation(
                    Property.P2,
                    "success had been reported, but the machine boots the old system, in a virtual"
                        + " machine")))
        .contains(ExampleResult.holds(11, Side.NEW));
  }

  @Test
  void what_else_was_found_of_it_stays() {
    Violation before = new Violation(Property.P2, "the update had reported success");

    assertThat(judged(List.of(ExampleResult.violates(9, before)), boots(failed(9, false))))
        .containsExactly(ExampleResult.violates(9, before, NOT_BOOTED));
  }

  @Test
  void a_boot_that_could_not_be_made_leaves_the_state_unknown() {
    assertThat(
            judged(List.of(ExampleResult.holds(9, Side.NEW)), boots(failed(9, true)))
                .getFirst()
                .verdict())
        .isInstanceOf(Verdict.Unknown.class);
  }

  @Test
  void the_summary_says_how_many_were_booted_and_what_was_the_proof() {
    CheckResult result =
        example().result(boots(came(0, 4, "the old system"), came(9, 2, "the new system")));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8)) {
      new SummaryTable(result, 80).print(out);
    }

    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .contains(
            """
              booted      2: one of each class of states that a boot cannot tell apart, in a
                          virtual machine with emulation (TCG); all came up as they should.
                          The proof: a login prompt in 2
            """)
        .contains("2.0 checking (3.0 states a second), 43.0 booting");
  }

  @Test
  void machines_read_each_boot() throws Exception {
    JsonNode json =
        JsonMapper.builder()
            .build()
            .readTree(ResultJson.of(example().result(boots(came(0, 4, "the old system")))).text());

    assertThat(json.path("states").path("booted").asInt()).isEqualTo(1);
    assertThat(json.path("seconds").path("boot").asDouble()).isEqualTo(43.0);
    assertThat(json.path("boots").path(0).toString())
        .isEqualTo(
            "{\"state\":0,\"address\":\"prefix:0\",\"states\":4,\"system\":\"the old"
                + " system\",\"proof\":\"a login prompt\",\"problem\":null,\"seconds\":31.0,"
                + "\"console\":\"consoles/state-0.log\",\"screen\":null}");
  }

  @Test
  void the_report_has_each_console_and_screen_though_the_machine_and_its_files_are_gone()
      throws Exception {
    Path report = directory.resolve("report");
    Path file = Files.writeString(directory.resolve("screen.png"), "a picture");
    BootResults.Booted booted = came(0, 4, "the old system");
    BootResults.Booted shown =
        new BootResults.Booted(
            booted.state(),
            booted.alike(),
            booted.expected(),
            booted.cameUp(),
            booted.proof(),
            booted.problem(),
            booted.infrastructure(),
            booted.took(),
            booted.console(),
            Optional.of(BootResults.Screen.of(file)));
    Files.delete(file);

    new ReportDirectory(report).write(example().result(boots(shown)));

    assertThat(report.resolve("consoles/state-0.log")).hasContent("login: ");
    assertThat(report.resolve("consoles/state-0.png")).hasContent("a picture");
    new ReportDirectory(report).prepare();
    assertThat(report.resolve("consoles/state-0.log")).doesNotExist();
  }
}

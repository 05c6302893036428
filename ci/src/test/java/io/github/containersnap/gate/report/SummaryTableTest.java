package io.github.containersnap.gate.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.gate.ExampleLog;
import io.github.containersnap.gate.ExampleResult;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.property.Side;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.harness.sweep.CrashSweep;
import io.github.containersnap.harness.sweep.SelectedStates;
import io.github.containersnap.harness.sweep.StateVerdict;
import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.log.WriteLog;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SummaryTableTest {

  @TempDir Path directory;
  private WriteLog log;

  @BeforeEach
  void read() {
    log = ExampleLog.in(directory);
  }

  private static String printed(ExampleResult example, int columns) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8)) {
      new SummaryTable(example.result(), columns).print(out);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void a_run_that_holds() {
    assertThat(printed(ExampleResult.holding(log), 80))
        .isEqualTo(
            """
              log         12 entries: 5 writes, 3 flushes, 0.0 MiB
              states      9: a power cut after each write and each flush, before the first,
                          after the last
              distinct    6: the other 3 leave a disk with the content of an earlier one
              checked     6: all of these; each seen by GRUB's driver and mounted by the
                          kernel, one of each of 4 classes in depth (trees, recovery, btrfs
                          check; the update again on each of the 3 different machines that
                          recovery left)
              boot old    4
              boot new    2
              violated    0
              unknown     0
              seconds     4.7 recording, 2.0 checking (3.0 states a second)

            HOLDS: after a power cut at each of 9 points the machine boots the old or the
            new system, whole.
            """);
  }

  @Test
  void a_run_that_is_violated() {
    assertThat(printed(ExampleResult.violated(log), 80))
        .isEqualTo(
            """
              log         12 entries: 5 writes, 3 flushes, 0.0 MiB
              states      9: a power cut after each write and each flush, before the first,
                          after the last
              distinct    6: the other 3 leave a disk with the content of an earlier one
              checked     6: all of these; each seen by GRUB's driver and mounted by the
                          kernel, one of each of 4 classes in depth (trees, recovery, btrfs
                          check; the update again on each of the 3 different machines that
                          recovery left)
              boot old    3
              boot new    0
              violated    3
              unknown     0
              seconds     4.7 recording, 2.0 checking (3.0 states a second)

              prefix:5: power lost after 5 of 12 entries, in epoch 2 of 3, in step 3
              (pulling the image); the same after the next write:
                P1 (atomic): the boot loader would start new, whose kernel
                  /usr/lib/modules/6.12.117+deb13-cloud-amd64/vmlinuz it cannot find.
              prefix:11: power lost after 11 of 12 entries, in epoch 3 of 3, after the
              update had reported success:
                P2 (durable): the update had reported success, but the machine boots old.
                P1 (atomic): the boot loader would start new, whose kernel
                  /usr/lib/modules/6.12.117+deb13-cloud-amd64/vmlinuz it cannot find.

              2 distinct faults, by property and by what was seen:
                P1, 3 states: the boot loader would start new, whose kernel
                  /usr/lib/modules/…+deb13-cloud-amd64/vmlinuz it cannot find.
                P2, 1 state: the update had reported success, but the machine boots old.

            VIOLATED: after 3 of 6 power cuts something does not hold: P1 (atomic) after 3,
            P2 (durable) after 1.
            """);
  }

  @Test
  void a_sample_never_claims_more_than_it_looked_at() {
    String text =
        printed(
            ExampleResult.holding(log)
                .with(
                    new StateSelection(
                        SelectedStates.Kind.WRITE,
                        ExampleResult.IN_FLIGHT,
                        OptionalInt.of(6),
                        3,
                        CrashSweep.Depth.EACH_CLASS,
                        Optional.empty())),
            200);
    assertThat(text)
        .contains("checked     6: a sample of the distinct ones (seed 3)")
        .endsWith(
            "HOLDS for a sample: after each of 6 of 6 distinct power cuts the machine boots the old"
                + " or the new system, whole.\n");
  }

  @Test
  void flushes_alone_never_claim_more_than_was_looked_at() {
    String text =
        printed(
            ExampleResult.holding(log)
                .with(
                    new StateSelection(
                        SelectedStates.Kind.FLUSH,
                        ExampleResult.IN_FLIGHT,
                        OptionalInt.empty(),
                        1,
                        CrashSweep.Depth.EVERY_STATE,
                        Optional.empty())),
            200);
    assertThat(text)
        .contains("cuts between two flushes were left out (--states flush)")
        .contains("mounted by the kernel, each in depth")
        .contains("HOLDS at flushes: ")
        .contains("Power cuts between flushes were not checked.");
  }

  @Test
  void with_parts_of_epochs_every_family_is_counted_and_what_was_not_mounted_said() {
    String text =
        printed(
            ExampleResult.holding(log)
                .withMore(ExampleResult.holds(CrashState.parse("dropped:4"), Side.OLD))
                .with(
                    new StateSelection(
                        SelectedStates.Kind.ALL,
                        ExampleResult.IN_FLIGHT,
                        OptionalInt.empty(),
                        1,
                        CrashSweep.Depth.EACH_CLASS,
                        Optional.empty())),
            200);
    assertThat(text)
        .contains("Of what no flush had made durable: 4 with one write lost\n")
        .contains("leave a disk with the content of one of these")
        .contains(
            "6 seen by GRUB's driver and mounted by the kernel, the other 1 recognised as equal to"
                + " one of them")
        .endsWith(
            "HOLDS: after a power cut at each of 9 points, and with each of 4 parts of what was in"
                + " flight, the machine boots the old or the new system, whole.\n");
  }

  @Test
  void a_state_that_could_not_be_judged_is_no_pass() {
    String text =
        printed(ExampleResult.holding(log).withMore(ExampleResult.unknown(10, "it hangs")), 200);
    assertThat(text)
        .contains("unknown: prefix:10: power lost after 10 of 12 entries")
        .contains(": it hangs\n")
        .endsWith("UNKNOWN: 1 of 7 states could not be judged.\n");
  }

  @Test
  void what_was_not_reached_is_never_said_to_be_equal_to_what_was() {
    ExampleResult late = ExampleResult.holding(log).withMore(ExampleResult.unknown(10, "too late"));
    CheckResult result = late.result();
    SweepResult found = result.sweep();
    Map<CrashState, StateClass> classes = new HashMap<>(found.classOf());
    classes.remove(new CrashState.Prefix(10));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8)) {
      new SummaryTable(
              new CheckResult(
                  result.update(),
                  result.recorded(),
                  result.selection(),
                  new SweepResult(
                      found.states(),
                      4,
                      3,
                      6,
                      0,
                      found.verdicts(),
                      classes,
                      Map.of(),
                      found.took()),
                  result.boots(),
                  result.kept(),
                  result.shard(),
                  result.incomplete()),
              200)
          .print(out);
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .contains("checked     6 of 7: the others are unknown; each seen by GRUB's driver")
        .doesNotContain("recognised as equal");
  }

  @Test
  void a_run_in_which_the_update_did_nothing_is_no_experiment() {
    String text =
        printed(
            ExampleResult.holding(log)
                .with(ExampleResult.holds(0, Side.OLD), ExampleResult.holds(11, Side.OLD)),
            200);
    assertThat(text)
        .endsWith(
            "UNKNOWN: the run was no experiment: the disk after the update does not come out as the"
                + " new system.\n");
  }

  @Test
  void only_the_first_five_findings_are_shown_and_the_others_counted() {
    StateVerdict[] different =
        IntStream.rangeClosed(1, 8)
            .mapToObj(
                number ->
                    ExampleResult.violates(
                        number, new Violation(Property.P4, "file %d is lost".formatted(number))))
            .toArray(StateVerdict[]::new);
    String text = printed(ExampleResult.holding(log).with(different), 200);
    assertThat(text)
        .contains("file 5 is lost")
        .doesNotContain("file 6 is lost")
        .contains("  … and 3 other findings, at 3 other power cuts; all are in the report");
  }

  @Test
  void no_line_is_longer_than_the_terminal_is_wide_unless_by_a_single_word() {
    for (int columns : new int[] {40, 60, 80, 120}) {
      assertThat(printed(ExampleResult.violated(log), columns).lines())
          .allSatisfy(
              line ->
                  assertThat(line.length() <= columns || !line.strip().contains(" "))
                      .as(line)
                      .isTrue());
    }
  }
}

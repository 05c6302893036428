package io.github.containersnap.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.harness.mutant.Mutant;
import io.github.containersnap.harness.property.FaultKind;
import io.github.containersnap.harness.property.Property;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs of the gate with updaters that have a known fault, each of which is caught: checks of the
 * small pair at every flush, and hunts. One after another, as in {@link WholeRunTest}.
 */
@Timeout(600)
class KnownFaultsRunTest extends RunsOfTheSmallPair {
  private static final String ALL_AT_ONCE =
      "not-sealed,root-uuid-wrong,trial-never-counted,var-not-mounted,arguments-lost,"
          + "default-kernel-in-the-fallback,record-wrong-reference,home-refreshed,etc-owner-lost,"
          + "etc-mode-lost,etc-xattr-lost,shadow-of-the-image,machine-id-of-the-image,"
          + "update-skips-recovery,bless-without-lock,no-commit-after-pull,pulls-left-lying";

  /** Those that power cuts show, which is all that a check does; the others are the hunt's. */
  static Stream<Mutant> shownByPowerCuts() {
    return Stream.of(Mutant.values())
        .filter(mutant -> mutant.equivalent().isEmpty() && !mutant.isPlanted())
        .filter(mutant -> mutant.shownBy().equals(List.of(FaultKind.POWER_CUT)));
  }

  @Tag("exhaustive")
  @ParameterizedTest
  @MethodSource("shownByPowerCuts")
  void every_updater_with_a_known_fault_that_power_cuts_show_is_caught(Mutant mutant)
      throws Exception {
    requireCaught(mutant, directory.resolve("report of " + mutant.optionName()));
  }

  @Test
  void an_updater_is_caught_by_what_shows_its_fault() throws Exception {
    requireHunted(Mutant.NO_LOCK);
    // A history shows it by whichever of the two comes first.
    requireHunted(Mutant.UPDATE_SKIPS_RECOVERY, Property.P6);
  }

  @Tag("exhaustive")
  @ParameterizedTest
  @EnumSource(
      value = Mutant.class,
      names = {
        "TRUST_THE_STORE",
        "WORK_NUMBER_REUSED",
        "SHORT_BLOB_ACCEPTED",
        "FULL_DISK_IGNORED",
        "COMMIT_ERROR_IGNORED",
        "RECOVERY_ONCE",
        "NO_COMMIT_AFTER_SET_DEFAULT",
        "VAR_NOT_MOUNTED",
        "DEFAULT_KERNEL_IN_THE_FALLBACK",
        "BLESS_WITHOUT_LOCK"
      })
  void an_updater_is_caught_by_any_other_fault_that_shows_it(Mutant mutant) throws Exception {
    requireHunted(mutant);
  }

  private void requireHunted(Mutant mutant, Property... others) throws Exception {
    Path report = Files.createDirectory(directory.resolve("hunt of " + mutant.optionName()));
    GateRun run = GateRun.of("mutants", "--mutant", mutant.optionName(), "--report", report);

    assertThat(run.status()).as(run.err()).isZero();
    JsonNode line = json(Files.readString(report.resolve("mutants.json"))).path(0);
    assertThat(line.path("name").asText()).isEqualTo(mutant.optionName());
    assertThat(line.path("caught").asBoolean()).isTrue();
    assertThat(Property.valueOf(line.path("property").asText()))
        .isIn(EnumSet.of(mutant.property(), others));
    assertThat(line.path("states").asInt()).isPositive();
    assertThat(run.out()).contains("1 mutant: 1 caught");
  }

  private GateRun requireCaught(Mutant mutant, Path report) throws Exception {
    GateRun run =
        GateRun.of(
            "--small", "--states", "flush", "--report", report, "--mutant", mutant.optionName());

    assertThat(run.status()).as(run.err()).isEqualTo(1);
    assertThat(run.out()).contains("VIOLATED: ").contains(mutant.property() + " (");
    JsonNode result = json(Files.readString(report.resolve("result.json")));
    assertThat(result.path("verdict").asText()).isEqualTo("violated");
    assertThat(result.path("mutant").asText()).isEqualTo(mutant.optionName());
    List<JsonNode> violations =
        StreamSupport.stream(result.path("violations").spliterator(), false).toList();
    assertThat(violations)
        .extracting(violation -> violation.path("property").asText())
        .contains(mutant.property().name());
    assertThat(violations)
        .allSatisfy(
            violation -> assertThat(report.resolve(violation.path("case").asText())).exists());
    return run;
  }

  /** Each of them lets the update come to its end, so that none hides the others. */
  @Test
  @Tag("exhaustive")
  void many_faults_at_once_are_told_apart() throws Exception {
    Path report = directory.resolve("report of many faults");
    GateRun run =
        GateRun.of("--small", "--states", "flush", "--report", report, "--mutant", ALL_AT_ONCE);

    assertThat(run.status()).as(run.err()).isEqualTo(1);
    JsonNode faults = json(Files.readString(report.resolve("result.json"))).path("faults");
    assertThat(faults).hasSizeGreaterThanOrEqualTo(10);
    assertThat(faults)
        .extracting(fault -> fault.path("property").asText())
        .contains("P1", "P4", "P5", "P6", "P10", "P11");
  }

  /**
   * The fault is one that every disk of the run shows. A commit that is left to the background
   * would not do: btrfs may commit for reasons of its own before success is reported.
   */
  @Test
  void what_a_fault_leads_to_is_reported_and_a_failing_disk_comes_back_bit_for_bit()
      throws Exception {
    Path report = directory.resolve("report of a case");
    GateRun run = requireCaught(Mutant.DEFAULT_BEFORE_COMPLETE, report);
    JsonNode violations = json(Files.readString(report.resolve("result.json"))).path("violations");
    JsonNode violation = violations.path(0);
    assertThat(violation.path("property").asText()).isEqualTo("P1");
    Path caseFile = report.resolve(violation.path("case").asText());
    assertThat(run.err()).contains("ci/gate reproduce");

    Path disk = directory.resolve("case.img");
    GateRun reproduced = GateRun.of("reproduce", caseFile, "--disk", disk);

    assertThat(reproduced.status()).as(reproduced.err()).isZero();
    assertThat(reproduced.out()).startsWith("power lost after ").contains("P1 (atomic): ");
    Path expected = directory.resolve("expected.img");
    Path log = directory.resolve("write.log");
    unpack(report.resolve("disk/base.img.zst"), expected);
    unpack(report.resolve("disk/write.log.zst"), log);
    PublicLogReplay.replay(log, expected, violation.path("state").asLong());
    // The gate's marks are no part of a crashed disk; other tools write them behind the partitions.
    long partitions = Files.size(expected) - 2 * (1 << 20);
    assertThat(
            ExternalCommand.of("cmp", "--bytes=" + partitions, disk, expected)
                .runAnyStatus()
                .text())
        .isEmpty();
    assertThat(Files.size(disk)).isEqualTo(Files.size(expected));

    GateRun explained = GateRun.of("reproduce", caseFile);
    assertThat(explained.status()).as(explained.err()).isZero();
    assertThat(explained.out())
        .contains("The boot loader would start: new")
        .contains("btrfs: generation ");
    GateRun minimized = GateRun.of("minimize", caseFile);
    assertThat(minimized.status()).as(minimized.err()).isZero();
    assertThat(minimized.out()).isNotBlank();
  }

  private static void unpack(Path from, Path to) {
    ExternalCommand.of("zstd", "--quiet", "--decompress", "--sparse", "-o", to, "--", from).run();
  }
}

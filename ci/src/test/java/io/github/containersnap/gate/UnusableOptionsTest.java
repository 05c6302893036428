package io.github.containersnap.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person can get wrong on the command line is said before any work is done. */
@Timeout(300)
class UnusableOptionsTest {

  @TempDir Path directory;

  @AfterEach
  void nothing_is_left() throws IOException {
    Remains.assertNothingIsLeftOf(ProcessHandle.current().pid());
  }

  @Test
  void no_images() {
    GateRun run = GateRun.of("check");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .isEqualTo(
            "ci/gate: Missing required parameters: 'OLD', 'NEW'. See `ci/gate check --help`.\n");
  }

  @Test
  void one_image_only() {
    GateRun run = GateRun.of("check", "/srv/old");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err())
        .isEqualTo("ci/gate: Missing required parameter: 'NEW'. See `ci/gate check --help`.\n");
  }

  @Test
  void the_small_pair_is_not_checked_together_with_a_named_one() {
    assertThat(GateRun.of("check", "/srv/old", "/srv/new", "--small").refusal())
        .isEqualTo("--small makes its own two images; leave OLD and NEW out.");
  }

  @Test
  void the_small_pair_may_be_asked_for_in_full() {
    assertThat(GateRun.of("check", "--small", "--sample", "0").refusal())
        .isEqualTo("--sample needs a number from 1 on.");
  }

  @Test
  void the_same_image_twice() throws IOException {
    Path image = directory.resolve("image");
    ExampleImage made = ExampleImage.of(image, ExampleImage.bootable().bytes());
    String id = made.config().getFileName().toString();
    Path report = directory.resolve("report");
    GateRun run = GateRun.of("check", image, "oci:" + image, "--report", report);

    assertThat(run.status()).isEqualTo(4);
    String said =
        "Nothing to check: oci:%s and oci:%s are the same image (%s).".formatted(image, image, id);
    assertThat(run.err()).endsWith("ci/gate: " + said + "\n");
    assertThat(Files.readString(report.resolve("junit.xml")))
        .contains("tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"1\"", said);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--subsets|-1|--subsets needs a number from 0 to 10000.",
        "--atomic-unit|1000|--atomic-unit needs a power of two from 512 to 1048576 bytes, such as"
            + " 512 or 4096.",
        "--atomic-unit|256|--atomic-unit needs a power of two from 512 to 1048576 bytes, such as"
            + " 512 or 4096.",
      })
  void a_number_for_states_in_flight_that_makes_no_sense(
      String option, String value, String refusal) {
    assertThat(GateRun.of("--states", "all", option, value).refusal()).isEqualTo(refusal);
  }

  @Test
  void a_mutant_that_does_not_exist() {
    assertThat(GateRun.of("--mutant", "no-brakes").refusal())
        .isEqualTo(
            "There is no mutant 'no-brakes'; `ci/gate mutants --list` names those there are.");
  }

  @Test
  void an_updater_that_is_no_directory_of_programs() {
    assertThat(GateRun.of("--updater", "podman").refusal())
        .isEqualTo(
            "--updater needs shell:DIR, where DIR has the updater's programs; 'podman' is not"
                + " that.");
    assertThat(GateRun.of("--updater", "shell:" + directory).refusal())
        .isEqualTo(
            directory
                + "/install is no program that can be run; an updater is a directory with install,"
                + " update and next-boot, and perhaps recover.");
  }

  @Test
  void a_fault_of_container_snap_in_another_updater() {
    assertThat(GateRun.of("--mutant", "menu-fsynced", "--updater", "shell:/srv").refusal())
        .isEqualTo(
            "--mutant is a fault of container-snap; it cannot be given together with --updater.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--commit-every|0|--commit-every needs a number of milliseconds from 1 to 30000.",
        "--sample|0|--sample needs a number from 1 on.",
        "--subsets|4|--subsets needs --states all.",
        "--atomic-unit|512|--atomic-unit needs --states all.",
        "--jobs|0|--jobs needs a number from 1 to 256.",
        "--jobs|1000|--jobs needs a number from 1 to 256.",
        "--disk-size|10|--disk-size needs a number of MiB from 147 (boot loader and an empty"
            + " btrfs) to 921600.",
        "--disk-size|2000000000|--disk-size needs a number of MiB from 147 (boot loader and an"
            + " empty btrfs) to 921600.",
      })
  void a_number_out_of_range(String option, String value, String refusal) {
    assertThat(GateRun.of("--small", option, value).refusal()).isEqualTo(refusal);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--sample=many", "--states=torn", "--disk-size=99999999999", "--nothing"})
  void a_value_that_is_none(String option) {
    GateRun run = GateRun.of("--small", option);
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.refusal()).endsWith(". See `ci/gate --help`.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--report", "--keep"})
  void a_directory_that_cannot_be_written_to_is_found_out_before_the_work(String option)
      throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertThat(GateRun.of("--small", option, file).refusal())
        .isEqualTo(
            "%s %s cannot be written to: %s is not a directory.".formatted(option, file, file));
    assertThat(GateRun.of("--small", option, "/proc/report").refusal())
        .isEqualTo(option + " /proc/report cannot be written to: nothing can be made there.");
  }

  @Test
  void a_transition_or_a_boot_loader_that_does_not_exist() {
    assertThat(GateRun.of("--small", "--transition", "pin,unpack").refusal())
        .startsWith(
            "--transition does not know 'unpack'; it knows install, adopt, update, second-update, ")
        .endsWith(", all.");
    assertThat(GateRun.of("--small", "--boot-loader", "lilo").refusal())
        .isEqualTo("--boot-loader does not know 'lilo'; it knows grub-btrfs, default-subvolume.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--transition=rollback", "--boot-loader=default-subvolume"})
  void what_only_container_snap_can_do_of_another_updater(String option) {
    assertThat(
            GateRun.of("--small", option, "--updater", "shell:updaters/podman-set-default")
                .refusal())
        .startsWith("Another updater than container-snap is checked with --transition update");
    assertThat(GateRun.of("--small", option, "--boot").refusal())
        .isEqualTo("--boot needs --transition update and --boot-loader grub-btrfs.");
  }

  @Test
  void a_check_that_does_not_begin_leaves_a_junit_file_that_says_why() throws IOException {
    Path report = directory.resolve("report");
    Files.createDirectories(report);
    Files.writeString(report.resolve("result.json"), "{\"of\": \"an earlier run\"}");
    GateRun run = GateRun.of("check", "/nowhere", "/nowhere else", "--report", report);

    assertThat(run.status()).isEqualTo(2);
    assertThat(Files.readString(report.resolve("junit.xml")))
        .contains("tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\"")
        .contains("name=\"the check\"")
        .contains("/nowhere");
    assertThat(report.resolve("result.json")).as("it is of another run").doesNotExist();

    assertThat(GateRun.of("check", "/a", "/b", "--report", report, "--jobs", "0").status())
        .isEqualTo(2);
    assertThat(Files.readString(report.resolve("junit.xml"))).contains("--jobs needs a number");
    assertThat(GateRun.of("check", "/a", "/b", "--report", report, "--states", "x").status())
        .isEqualTo(2);
    assertThat(Files.readString(report.resolve("junit.xml"))).contains("--states");
  }

  @Test
  void another_updater_is_not_booted() {
    assertThat(GateRun.of("--small", "--mutant", "original-sequence", "--boot").refusal())
        .isEqualTo(
            "--boot needs the boot menu that container-snap writes; original-sequence does not"
                + " write it.");
  }

  @Test
  void a_merge_that_comes_to_nothing_says_why_in_junit_and_spares_the_reports_of_shards()
      throws IOException {
    Path report = directory.resolve("report");
    Path shard = Files.createDirectories(directory.resolve("shards/1"));
    Path result = Files.writeString(shard.resolve("result.json"), "{}");
    GateRun run = GateRun.of("merge", "--from", "/nowhere", shard, "--report", report);

    assertThat(run.status()).isEqualTo(2);
    assertThat(Files.readString(report.resolve("junit.xml"))).contains("/nowhere");
    for (Path own : List.of(shard, shard.getParent())) {
      assertThat(GateRun.of("merge", "--from", "/nowhere", result, "--report", own).status())
          .isEqualTo(2);
      assertThat(result).exists();
      assertThat(own.resolve("junit.xml")).doesNotExist();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--time-limit=0m|--time-limit needs a time such as 90s, 30m or 2h, not '0m'.",
        "--time-limit=30|--time-limit needs a time such as 90s, 30m or 2h, not '30'.",
        "--time-limit=1d|--time-limit needs a time such as 90s, 30m or 2h, not '1d'.",
      })
  void a_time_limit_that_is_none(String option, String refusal) {
    assertThat(GateRun.of("--small", option).refusal()).isEqualTo(refusal);
  }

  @Test
  void one_directory_to_keep_several_disks_in() {
    assertThat(GateRun.of("--small", "--transition", "pin,bless", "--keep", directory).refusal())
        .isEqualTo("--keep needs a single --transition.");
  }

  @Test
  void a_directory_to_keep_things_in_has_to_be_empty() throws IOException {
    Files.createFile(directory.resolve("base.img"));
    assertThat(GateRun.of("--small", "--keep", directory).refusal())
        .isEqualTo(
            "--keep %s is not empty (it holds base.img); name a new directory."
                .formatted(directory));
  }

  @Test
  void a_disk_that_is_too_small_for_the_old_image() {
    Path small = image("small", 1);
    Path large = image("large", 80);
    assertThat(GateRun.of("check", large, small, "--disk-size", "160").refusal())
        .startsWith(
            "The update from oci:%s to oci:%s cannot be made on a disk of 160.0 MiB. Installing the old image failed: "
                .formatted(large, small))
        .containsAnyOf("there is no room left on it.", " free.");
  }

  @Test
  void a_disk_that_is_large_enough_to_begin_with_but_not_for_the_update() {
    Path small = image("small", 1);
    Path large = image("large", 80);
    assertThat(GateRun.of("check", small, large, "--disk-size", "160").refusal())
        .startsWith(
            "The update from oci:%s to oci:%s cannot be made on a disk of 160.0 MiB. The update fails even when nothing interrupts it: "
                .formatted(small, large))
        .containsAnyOf("there is no room left on it.", " free.");
  }

  private Path image(String name, int mebibytes) {
    TarFile tar =
        ExampleImage.bootable().file("usr/data", "0123456789abcdef".repeat(mebibytes << 16));
    return ExampleImage.of(directory.resolve(name), tar.bytes()).directory();
  }
}

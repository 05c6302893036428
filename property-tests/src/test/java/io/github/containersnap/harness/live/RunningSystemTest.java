package io.github.containersnap.harness.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.loopback.disk.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** One machine for all tests: those that change what boots come last. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RunningSystemTest {
  private static final String TOP_LEVEL = "/run/container-snap/system";

  private Workspace workspace;
  private RunningMachine machine;
  private OneLayerImage oldImage;
  private OneLayerImage newImage;

  @BeforeAll
  void runAMachine(@TempDir Path parent) throws Exception {
    workspace = Workspace.open(parent);
    Path images = Files.createDirectory(workspace.file("images"));
    oldImage = OneLayerImage.make(images.resolve("old"), 1);
    newImage = OneLayerImage.make(images.resolve("new"), 2);
    machine = RunningMachine.with(oldImage, images, workspace);
  }

  @AfterAll
  void stop() {
    machine.close();
    workspace.close();
  }

  @Test
  @Order(1)
  void get_root_needs_no_mount() {
    CommandOutput output =
        machine.run(oldImage.id(), "container_snap get-root %s; ls /run".formatted(oldImage.id()));

    assertThat(output.lines().getFirst()).isEqualTo(root(oldImage));
    assertThat(output.lines()).doesNotContain("container-snap");
  }

  @Test
  @Order(1)
  void get_root_works_in_any_chroot_that_has_the_state_directory() {
    CommandOutput output =
        machine.run(
            RunningMachine.TMPFS, "", "container_snap get-root %s".formatted(oldImage.id()));

    assertThat(output.text()).isEqualTo(root(oldImage));
  }

  @Test
  @Order(1)
  void a_root_that_is_not_btrfs_is_refused() {
    CommandOutput output = machine.run(RunningMachine.TMPFS, "", "container_snap status");

    assertThat(output.exitCode()).isEqualTo(1);
    assertThat(output.standardError())
        .startsWith(
            "container-snap: This host is not a container-snap system: its root is not on btrfs,"
                + " but / of tmpfs (tmpfs).")
        .contains("`container-snap install`", "`container-snap adopt`");
  }

  @Test
  @Order(1)
  void a_root_that_is_no_deployment_is_refused_for_a_change() {
    CommandOutput output =
        machine.run(
            RunningMachine.OTHER_SUBVOLUME,
            "",
            "container_snap create-snapshot %s".formatted(oldImage.id()));

    assertThat(output.exitCode()).isEqualTo(1);
    assertThat(output.text()).isEmpty();
    assertThat(output.standardError())
        .startsWith(
            "container-snap: The running system's root is not a deployment: it is /@rescue of ");
  }

  @Test
  @Order(1)
  void a_root_that_is_no_deployment_is_answered_to_a_question() {
    CommandOutput output =
        machine.run(
            RunningMachine.OTHER_SUBVOLUME,
            "",
            """
            container_snap get-current
            container_snap get-default
            container_snap get-readonly-state %1$s
            container_snap get-root %1$s
            container_snap list-snapshots
            """
                .formatted(oldImage.id()));

    assertThat(output.lines())
        .as(output.standardError())
        .containsExactly(
            oldImage.id(),
            oldImage.id(),
            "true",
            root(oldImage),
            "# snapshot-id,ro",
            oldImage.id() + ",true");
    assertThat(output.standardError())
        .contains("The running system is not a deployment. " + oldImage.id().substring(0, 12));
  }

  @Test
  @Order(1)
  void something_else_in_the_place_of_the_top_level_is_refused() {
    CommandOutput output =
        machine.run(
            oldImage.id(),
            "mkdir -p %1$s; mount -t tmpfs tmpfs %1$s; container_snap status".formatted(TOP_LEVEL));

    assertThat(output.exitCode()).isEqualTo(1);
    assertThat(output.standardError())
        .startsWith(
            "container-snap: /run/container-snap/system should be the top level of the root's"
                + " btrfs, but / of tmpfs (tmpfs) is mounted there.");
  }

  @Test
  @Order(1)
  void a_device_that_has_another_name_in_dev_is_found() {
    CommandOutput output =
        machine.run(
            RunningMachine.deployment(oldImage.id()),
            RunningMachine.OTHER_DEVICE_NAMES,
            "container_snap get-default");

    assertThat(output.text()).as(output.standardError()).isEqualTo(oldImage.id());
  }

  @Test
  @Order(1)
  void two_first_commands_at_once_mount_the_top_level_once_and_for_root_alone() {
    CommandOutput output =
        machine.run(
            oldImage.id(),
            """
            container_snap get-default & container_snap get-default & wait
            grep -c ' %1$s ' /proc/self/mountinfo
            stat -c %%a /run/container-snap
            """
                .formatted(TOP_LEVEL));

    assertThat(output.lines())
        .as(output.standardError())
        .containsExactly(oldImage.id(), oldImage.id(), "1", "700");
  }

  @Test
  @Order(2)
  void current_stays_what_runs_when_an_update_and_a_rollback_change_what_boots() {
    CommandOutput update =
        machine.run(
            oldImage.id(),
            """
            container_snap update oci:/run/images/new/layout
            container_snap get-current
            container_snap get-default
            container_snap --root /run/container-snap/system get-current
            """);
    CommandOutput rollback =
        machine.run(
            oldImage.id(),
            """
            container_snap rollback
            container_snap get-current
            container_snap get-default
            container_snap recover
            """);

    assertThat(update.lines())
        .as(update.standardError())
        .containsExactly(newImage.id(), oldImage.id(), newImage.id(), oldImage.id());
    assertThat(rollback.lines())
        .as(rollback.standardError())
        .containsExactly(oldImage.id(), oldImage.id(), oldImage.id());
    assertThat(rollback.exitCode()).isZero();
  }

  @Test
  @Order(3)
  void after_a_boot_of_the_new_deployment_it_is_current() {
    CommandOutput output =
        machine.run(
            newImage.id(),
            """
            container_snap get-current
            container_snap switch %s
            container_snap status --json
            """
                .formatted(newImage.id()));

    assertThat(output.lines().getFirst()).as(output.standardError()).isEqualTo(newImage.id());
    assertThat(output.text())
        .contains(
            "\"current\" : \"" + newImage.id(),
            "\"default\" : \"" + newImage.id(),
            "\"fallback\" : \"" + oldImage.id());
  }

  private static String root(OneLayerImage image) {
    return "/var/lib/container-snap/deployments/" + image.id() + "/";
  }
}

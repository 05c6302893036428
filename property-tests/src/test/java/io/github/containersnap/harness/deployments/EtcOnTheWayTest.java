package io.github.containersnap.harness.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.Finalization;
import io.github.containersnap.engine.Status;
import io.github.containersnap.engine.etc.StandingConflict;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.etc.EtcChange;
import io.github.containersnap.harness.testkit.MachineOnDisk;
import io.github.containersnap.harness.testkit.TestDisks;
import io.github.containersnap.harness.testkit.TestTree;
import io.github.containersnap.harness.updater.CommandLineRun;
import io.github.containersnap.tree.TreeScan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What an administrator is told of changes in /etc that wait, stay behind or were in conflict. */
@ExtendWith(TestDisks.Shared.class)
class EtcOnTheWayTest {
  private final TestDisks disks;

  EtcOnTheWayTest(TestDisks disks) {
    this.disks = disks;
  }

  private static Path etc(MachineOnDisk machine, DeploymentId id) {
    return machine.root(id).resolve("etc");
  }

  /** Adds a file, changes one and removes one. */
  private static void change(Path etc) throws IOException {
    new TestTree(etc).write("users.d/anna", "since\n");
    new TestTree(etc).write("os-release", "PRETTY_NAME=renamed\n");
    Files.delete(etc.resolve("hostname"));
  }

  @Test
  void the_status_lists_what_waits_for_the_restart_until_it_is_carried() throws IOException {
    disks.onUpdated(
        machine -> {
          assertThat(Status.of(machine.running(machine.first())).waiting()).isEmpty();
          change(etc(machine, machine.first()));
          Status status = Status.of(machine.running(machine.first()));
          assertThat(status.waiting().orElseThrow().deployment()).isEqualTo(machine.second());
          assertThat(status.waiting().orElseThrow().changes())
              .extracting(EtcChange::path)
              .containsExactly("hostname", "os-release", "users.d", "users.d/anna");
          assertThat(status.warnings()).isEmpty();
          new Finalization(machine.running(machine.first())).run();
          assertThat(Status.of(machine.running(machine.first())).waiting()).isEmpty();
        });
  }

  @Test
  void a_rollback_says_what_stays_behind_and_leaves_it() throws IOException {
    disks.onUpdated(
        machine -> {
          assertThat(machine.run("rollback").error()).doesNotContain("/etc");
          machine.succeeds("rollback");
          change(etc(machine, machine.second()));
          String before = TreeScan.of(etc(machine, machine.first())).digest();
          CommandLineRun rollback = machine.run("rollback");
          assertThat(rollback.out()).isEqualTo(machine.first() + System.lineSeparator());
          assertThat(rollback.error())
              .contains("Changed in the current /etc, and not in that of")
              .contains("  /etc/hostname\n")
              .contains("  /etc/os-release\n")
              .contains("  /etc/users.d/anna\n")
              .contains("`container-snap rollback --keep-etc " + machine.first() + "`");
          assertThat(TreeScan.of(etc(machine, machine.first())).digest()).isEqualTo(before);
        });
  }

  @Test
  void a_rollback_that_keeps_etc_carries_it_over_in_one_step_with_the_menu() throws IOException {
    disks.onUpdated(
        machine -> {
          change(etc(machine, machine.second()));
          CommandLineRun rollback = machine.run("rollback", "--keep-etc");
          assertThat(rollback.exit()).as(rollback.error()).isZero();
          assertThat(rollback.error()).contains("Carried over").contains("  /etc/users.d/anna\n");
          assertThat(machine.succeeds("get-default")).isEqualTo(machine.first().toString());
          Path etc = etc(machine, machine.first());
          assertThat(etc.resolve("users.d/anna")).hasContent("since");
          assertThat(etc.resolve("os-release")).hasContent("PRETTY_NAME=renamed");
          assertThat(etc.resolve("hostname")).doesNotExist();
          assertThat(machine.succeeds("get-readonly-state", machine.first().toString()))
              .isEqualTo("true");
          assertThat(machine.succeeds("recover")).isEmpty();

          // What is changed afterwards goes the same way at the shutdown.
          new TestTree(etc(machine, machine.second())).write("late", "late\n");
          new Finalization(machine.running(machine.second())).run();
          assertThat(etc.resolve("late")).hasContent("late");
          assertThat(machine.run("rollback", "--keep-etc", machine.first().toString()).exit())
              .isZero();
        });
  }

  @Test
  void a_conflict_is_listed_with_the_images_copy_until_both_are_alike() throws IOException {
    disks.onUpdated(
        machine -> {
          new TestTree(etc(machine, machine.second())).write("os-release", "PRETTY_NAME=mine\n");
          machine.succeeds("update", disks.third().reference());
          DeploymentId third = DeploymentId.parse(machine.succeeds("get-default"));
          String status = machine.succeeds("status");
          Path copy =
              machine.root(third).resolve("usr/lib/container-snap-deployment/etc/os-release");
          assertThat(status.replaceAll("\\s+", " "))
              .contains("/etc/os-release: changed here and in the image; kept as it is here")
              .contains("the image's copy: " + copy);
          assertThat(machine.succeeds("status", "--json"))
              .contains("\"path\" : \"/etc/os-release\"");
          assertThat(machine.succeeds("etc-diff", third.toString(), "/etc/os-release"))
              .contains("-PRETTY_NAME=\"Tiny 3\"\n+PRETTY_NAME=mine");
          assertThat(Status.of(machine.running(machine.second())).conflicts())
              .extracting(StandingConflict::deployment)
              .containsExactly(third);
          assertThat(Status.of(machine.running(third)).conflicts().getFirst().imageCopy())
              .contains(Path.of("/usr/lib/container-snap-deployment/etc/os-release"));
          Files.writeString(etc(machine, third).resolve("os-release"), Files.readString(copy));
          assertThat(machine.succeeds("status")).doesNotContain("conflicts in /etc");
        });
  }
}

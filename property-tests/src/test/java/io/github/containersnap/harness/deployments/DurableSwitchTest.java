package io.github.containersnap.harness.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.harness.testkit.MachineOnDisk;
import io.github.containersnap.harness.testkit.TestDisks;
import io.github.containersnap.harness.testkit.TestTree;
import java.io.IOException;
import java.nio.file.Files;
import java.util.SortedSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What a command has reported is on the disk: the disk is copied the moment it has ended, without a
 * sync or an unmount in between, and the copy is mounted and shown to GRUB.
 */
@ExtendWith(TestDisks.Shared.class)
class DurableSwitchTest {
  private final TestDisks disks;

  DurableSwitchTest(TestDisks disks) {
    this.disks = disks;
  }

  @Test
  void a_switch_that_reported_success_is_durable() throws IOException {
    disks.onUpdated(
        machine -> {
          DeploymentId work = machine.snapshotOf(machine.second());
          new TestTree(machine.root(work)).write("usr/share/version", "worked on\n");
          machine.close(work);
          machine.succeeds("switch", work.toString());
          disks.onCopyOf(
              machine.image(),
              after -> {
                assertThat(menuAsGrubSeesIt(after)).containsSubsequence(work + " {", "--id");
                assertThat(firstEntryAsGrubSeesIt(after)).contains("--id " + work + " {");
                assertThat(after.succeeds("get-default")).isEqualTo(work.toString());
                assertThat(after.succeeds("recover")).isEmpty();
                assertThat(after.root(work).resolve("usr/share/version")).hasContent("worked on");
                assertThat(kernelAsGrubSeesIt(after, work))
                    .isEqualTo(
                        Files.readString(
                            after.root(work).resolve("usr/lib/modules/6.2.0/vmlinuz")));
              });
        });
  }

  @Test
  void a_rollback_that_reported_success_is_durable() throws IOException {
    disks.onUpdated(
        machine -> {
          machine.succeeds("rollback");
          disks.onCopyOf(
              machine.image(),
              after -> {
                assertThat(firstEntryAsGrubSeesIt(after)).contains("--id " + machine.first());
                assertThat(after.succeeds("get-default")).isEqualTo(machine.first().toString());
              });
        });
  }

  @Test
  void a_snapshot_a_pin_and_a_deletion_that_were_reported_are_durable() throws IOException {
    disks.onUpdated(
        machine -> {
          DeploymentId work = machine.snapshotOf(machine.second());
          disks.onCopyOf(
              machine.image(),
              after -> {
                after.succeeds("recover");
                assertThat(after.root(work).resolve("etc/hostname")).hasContent("tiny");
              });
          machine.succeeds("pin", work.toString());
          disks.onCopyOf(
              machine.image(),
              after ->
                  assertThat(after.run("delete", "--id=" + work).error()).contains("is pinned"));
          machine.succeeds("unpin", work.toString());
          machine.succeeds("delete", "--force", "--id=" + work);
          disks.onCopyOf(
              machine.image(),
              after -> {
                SortedSet<String> left = after.subvolumesOutsideTheStore();
                assertThat(left).noneMatch(path -> path.contains("-work"));
              });
        });
  }

  private static String menuAsGrubSeesIt(MachineOnDisk machine) {
    return grub(machine, "/@boot/boot.cfg");
  }

  private static String firstEntryAsGrubSeesIt(MachineOnDisk machine) {
    return menuAsGrubSeesIt(machine)
        .lines()
        .filter(line -> line.startsWith("menuentry"))
        .findFirst()
        .orElseThrow();
  }

  private static String kernelAsGrubSeesIt(MachineOnDisk machine, DeploymentId id) {
    return grub(
            machine,
            "/@var/lib/container-snap/deployments/" + id + "/usr/lib/modules/6.2.0/vmlinuz")
        + "\n";
  }

  private static String grub(MachineOnDisk machine, String path) {
    return ExternalCommand.of("grub-fstest", machine.device().device(), "cat", path).run().text();
  }
}

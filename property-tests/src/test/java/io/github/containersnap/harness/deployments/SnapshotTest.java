package io.github.containersnap.harness.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.harness.testkit.MachineOnDisk;
import io.github.containersnap.harness.testkit.TestDisks;
import io.github.containersnap.harness.testkit.TestTree;
import io.github.containersnap.harness.updater.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestDisks.Shared.class)
class SnapshotTest {
  private final TestDisks disks;

  SnapshotTest(TestDisks disks) {
    this.disks = disks;
  }

  @Test
  void two_snapshots_of_one_base_get_two_ids() throws IOException {
    disks.onUpdated(
        machine -> {
          DeploymentId one = machine.snapshotOf(machine.second());
          DeploymentId two = machine.snapshotOf(machine.second());
          assertThat(one).isEqualTo(new DeploymentId(machine.second().image(), 1));
          assertThat(two).isEqualTo(new DeploymentId(machine.second().image(), 2));
          assertThat(machine.root(one).resolve(machine.second().toString())).doesNotExist();
          assertThat(machine.subvolumesOutsideTheStore())
              .contains(inTop(one), inTop(one) + "/etc", inTop(two), inTop(two) + "/etc");
        });
  }

  private static String inTop(DeploymentId id) {
    return "@var/lib/container-snap/deployments/" + id;
  }

  @Test
  void a_work_number_is_never_given_again() throws IOException {
    disks.onUpdated(
        machine -> {
          DeploymentId one = machine.snapshotOf(machine.second());
          machine.succeeds("delete", "--id=" + one);
          assertThat(machine.snapshotOf(machine.second()).work()).isEqualTo(2);
          assertThat(machine.snapshotOf(machine.first()).work()).isEqualTo(3);
        });
  }

  @Test
  void a_snapshot_is_writable_and_has_an_etc_of_its_own() throws IOException {
    disks.onUpdated(
        machine -> {
          Path baseEtc = machine.root(machine.second()).resolve("etc");
          Files.writeString(baseEtc.resolve("local"), "before\n");
          DeploymentId id = machine.snapshotOf(machine.second());
          Path root = machine.root(id);
          assertThat(root.resolve("etc/local")).hasContent("before");
          Files.writeString(root.resolve("etc/local"), "changed\n");
          Files.writeString(root.resolve("usr/share/version"), "mine\n");
          assertThat(baseEtc.resolve("local")).hasContent("before");
          assertThat(machine.root(machine.second()).resolve("usr/share/version")).hasContent("2");
          assertThat(machine.succeeds("get-readonly-state", id.toString())).isEqualTo("false");
        });
  }

  @Test
  void a_snapshot_keeps_the_subvolumes_nested_in_etc_and_in_the_root() throws IOException {
    disks.onUpdated(
        machine -> {
          Path outer = machine.root(machine.second()).resolve("etc/outer");
          ExternalCommand.of("btrfs", "subvolume", "create", outer).run();
          Path inner = outer.resolve("deep/inner");
          Files.createDirectories(inner.getParent());
          ExternalCommand.of("btrfs", "subvolume", "create", inner).run();
          Files.writeString(outer.resolve("file"), "outer\n");
          Files.writeString(inner.resolve("file"), "inner\n");
          ExternalCommand.of("btrfs", "property", "set", "-ts", inner, "ro", "true").run();

          Path one = machine.root(machine.snapshotOf(machine.second()));
          assertThat(one.resolve("etc/outer/file")).hasContent("outer");
          assertThat(one.resolve("etc/outer/deep/inner/file")).hasContent("inner");
          assertThat(
                  ExternalCommand.of(
                          "btrfs",
                          "property",
                          "get",
                          "-ts",
                          one.resolve("etc/outer/deep/inner"),
                          "ro")
                      .run()
                      .text())
              .isEqualTo("ro=true");
          Files.writeString(one.resolve("etc/outer/file"), "changed\n");
          assertThat(outer.resolve("file")).hasContent("outer");

          ExternalCommand.of("btrfs", "subvolume", "create", one.resolve("usr/machines")).run();
          Files.writeString(one.resolve("usr/machines/file"), "machine\n");
          DeploymentId workOfOne = DeploymentId.parse(one.getFileName().toString());
          DeploymentId two = machine.snapshotOf(workOfOne);
          assertThat(machine.root(two).resolve("usr/machines/file")).hasContent("machine");
          assertThat(machine.root(two).resolve("etc/outer/deep/inner/file")).hasContent("inner");

          machine.succeeds("delete", "--id=" + two);
          assertThat(machine.root(two)).doesNotExist();
        });
  }

  @Test
  void a_snapshot_of_a_snapshot_says_what_it_is_of() throws IOException {
    disks.onUpdated(
        machine -> {
          DeploymentId one = machine.snapshotOf(machine.second());
          DeploymentId two = machine.snapshotOf(one);
          assertThat(machine.succeeds("status").replaceAll(",\n +from ", ", from "))
              .contains(
                  "  %s  writable, snapshot of %s\n    Tiny 2, from %s"
                      .formatted(two.shortForm(), one.shortForm(), disks.second().reference()));
          assertThat(machine.succeeds("status", "--json"))
              .contains("\"snapshotOf\" : \"" + one + "\"", "\"pinned\" : false");
        });
  }

  @Test
  void what_boots_is_the_kernel_that_work_in_the_snapshot_has_brought() throws IOException {
    disks.onUpdated(
        machine -> {
          DeploymentId id = machine.snapshotOf(machine.second());
          new TestTree(machine.root(id)).kernel("6.10.1");
          machine.close(id);
          machine.succeeds("switch", id.toString());
          assertThat(Files.readString(machine.layout().bootMenu()))
              .contains(inTop(id) + "/usr/lib/modules/6.10.1/vmlinuz")
              .contains(inTop(id) + "/usr/lib/modules/6.10.1/initramfs.img");
          // and it keeps them as the fallback of what comes after it
          machine.succeeds("update", disks.third().reference());
          assertThat(Files.readString(machine.layout().bootMenu()))
              .contains(disks.third().id())
              .contains(inTop(id) + "/usr/lib/modules/6.10.1/vmlinuz");
        });
  }

  @Test
  void a_snapshot_whose_kernel_work_has_removed_is_not_switched_to() throws IOException {
    disks.onUpdated(
        machine -> {
          DeploymentId id = machine.snapshotOf(machine.second());
          Files.delete(machine.root(id).resolve("usr/lib/modules/6.2.0/initramfs.img"));
          machine.close(id);
          CommandLineRun result = machine.run("switch", id.toString());
          assertThat(result.exit()).isEqualTo(2);
          assertThat(result.error())
              .startsWith(
                  "container-snap: Deployment %s cannot boot: its initrd is missing"
                      .formatted(id.shortForm()));
          assertThat(machine.succeeds("get-default")).isEqualTo(machine.second().toString());
        });
  }

  @Test
  void a_writable_snapshot_is_not_switched_to() throws IOException {
    disks.onUpdated(
        machine -> {
          DeploymentId id = machine.snapshotOf(machine.second());
          CommandLineRun result = machine.run("switch", id.toString());
          assertThat(result)
              .isEqualTo(
                  new CommandLineRun(
                      2,
                      "",
                      """
                      container-snap: %1$s is writable: somebody may still be at work in it.
                        Close it with `container-snap set-readonly-state --readonly %1$s`, then switch. What boots next is unchanged.
                      """
                          .formatted(id.shortForm())));
          assertThat(machine.succeeds("get-default")).isEqualTo(machine.second().toString());
        });
  }

  @Test
  void what_runs_or_may_boot_and_what_is_its_image_unchanged_stays_read_only() throws IOException {
    disks.onUpdated(
        machine -> {
          assertThat(opening(machine, machine.second())).contains("is the default, which boots");
          assertThat(opening(machine, machine.first())).contains("is the fallback, which boots");
          machine.succeeds("update", disks.third().reference());
          DeploymentId booted = machine.snapshotOf(machine.second());
          machine.close(booted);
          machine.succeeds("switch", booted.toString());
          assertThat(opening(machine, booted)).contains("is the default, which boots");
          assertThat(machine.succeeds("get-readonly-state", booted.toString())).isEqualTo("true");
          DeploymentId open = machine.snapshotOf(booted);
          machine.close(open);
          machine.succeeds("set-readonly-state", "--no-readonly", open.toString());
          assertThat(machine.succeeds("get-readonly-state", open.toString())).isEqualTo("false");
        });
  }

  private static String opening(MachineOnDisk machine, DeploymentId id) {
    CommandLineRun result = machine.run("set-readonly-state", "--no-readonly", id.toString());
    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(machine.succeeds("get-readonly-state", id.toString())).isEqualTo("true");
    return result.error();
  }

  @Test
  void a_deployment_with_subvolumes_that_work_has_made_can_be_deleted() throws IOException {
    disks.onUpdated(
        machine -> {
          DeploymentId id = machine.snapshotOf(machine.second());
          Path outer = Files.createDirectory(machine.root(id).resolve("srv")).resolve("data");
          ExternalCommand.of("btrfs", "subvolume", "create", outer).run();
          ExternalCommand.of("btrfs", "subvolume", "create", outer.resolve("within")).run();
          ExternalCommand.of("btrfs", "property", "set", "-ts", outer, "ro", "true").run();
          machine.succeeds("delete", "--id=" + id);
          assertThat(machine.root(id)).doesNotExist();
          assertThat(machine.subvolumesOutsideTheStore()).noneMatch(it -> it.contains("-work"));
        });
  }

  @Test
  void no_id_that_is_none_reaches_the_disk() throws IOException {
    disks.onUpdated(
        machine -> {
          var before = machine.subvolumesOutsideTheStore();
          for (String hostile :
              new String[] {"../../@boot", "", "a", machine.second() + "-work0", "x;reboot"}) {
            for (String[] verb :
                new String[][] {
                  {"create-snapshot", hostile},
                  {"set-readonly-state", "--no-readonly", hostile},
                  {"set-readonly-state", "--readonly", hostile},
                  {"switch", hostile},
                  {"delete", "--id=" + hostile},
                  {"pin", hostile},
                  {"unpin", hostile},
                  {"get-root", hostile},
                  {"get-readonly-state", hostile}
                }) {
              CommandLineRun result = machine.run(verb);
              assertThat(result.exit()).as(String.join(" ", verb)).isEqualTo(2);
              assertThat(result.out()).isEmpty();
            }
          }
          assertThat(machine.subvolumesOutsideTheStore()).isEqualTo(before);
        });
  }
}

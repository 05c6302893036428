package io.github.containersnap.harness.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.harness.testkit.MachineOnDisk;
import io.github.containersnap.harness.testkit.TestDisks;
import io.github.containersnap.harness.updater.CommandLineRun;
import io.github.containersnap.loopback.disk.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A host whose boot loader follows the default subvolume. That boot loader is openSUSE's GRUB and
 * is not here; what a kernel that is told no subvolume mounts, is.
 */
@ExtendWith(TestDisks.Shared.class)
class DefaultSubvolumeHostTest {
  private final TestDisks disks;

  DefaultSubvolumeHostTest(TestDisks disks) {
    this.disks = disks;
  }

  /** A disk that something else has set the default subvolume of, before container-snap comes. */
  private void onSuchAHost(TestDisks.Work work) throws IOException {
    disks.onDiskWithoutMenu(
        machine -> {
          Path other = machine.top().resolve("@other");
          ExternalCommand.of("btrfs", "subvolume", "create", other).run();
          ExternalCommand.of("btrfs", "subvolume", "set-default", other).run();
          machine.succeeds("init");
          work.on(machine);
        });
  }

  private String versionThatTheKernelMounts(MachineOnDisk machine) throws IOException {
    Path at = disks.newDirectory().resolve("root");
    ExternalCommand.of("btrfs", "filesystem", "sync", machine.top()).run();
    try (Mount root = Mount.of(machine.device().device(), at, "noatime")) {
      return Files.readString(root.directory().resolve("usr/share/version")).strip();
    }
  }

  @Test
  void updates_and_rollbacks_move_the_default_subvolume() throws IOException {
    onSuchAHost(
        machine -> {
          machine.succeeds("update", disks.bootedByDefault(1).reference());
          assertThat(versionThatTheKernelMounts(machine)).isEqualTo("1");
          String second = machine.succeeds("update", disks.bootedByDefault(2).reference());
          assertThat(versionThatTheKernelMounts(machine)).isEqualTo("2");
          assertThat(machine.succeeds("get-default")).isEqualTo(second);
          machine.succeeds("rollback");
          assertThat(versionThatTheKernelMounts(machine)).isEqualTo("1");
          machine.succeeds("switch", second);
          assertThat(versionThatTheKernelMounts(machine)).isEqualTo("2");
          assertThat(machine.succeeds("status"))
              .contains("default   " + DeploymentId.parse(second).shortForm());
        });
  }

  @Test
  void an_image_without_a_configuration_for_the_boot_loader_is_refused_and_leaves_nothing()
      throws IOException {
    onSuchAHost(
        machine -> {
          String first = machine.succeeds("update", disks.bootedByDefault(1).reference());
          CommandLineRun update = machine.run("update", disks.second().reference());
          assertThat(update.exit()).isEqualTo(2);
          assertThat(update.error()).contains("/boot/grub2/grub.cfg");
          assertThat(machine.succeeds("get-default")).isEqualTo(first);
          assertThat(machine.succeeds("list-snapshots").lines()).hasSize(2);
          assertThat(versionThatTheKernelMounts(machine)).isEqualTo("1");
        });
  }
}

package io.github.containersnap.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.adapter.bootloader.KernelCommandLine;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.linux.MountInfo;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which deployment runs, as a process can tell that sees another root than the system's. */
class RunningDeploymentTest {
  private static final String BOOTED = "a".repeat(64);
  private static final String WORK = BOOTED + "-work3";
  private static final String PATH = "/@var/lib/container-snap/deployments/";
  private static final KernelCommandLine SILENT = new KernelCommandLine("quiet rw\n");

  private static MountInfo root(String filesystem, String subvolume) {
    return new MountInfo(filesystem, subvolume, "/", "btrfs", "/dev/sda2");
  }

  private static Optional<DeploymentId> id(String text) {
    return DeploymentId.read(text);
  }

  @Test
  void in_a_chroot_it_is_what_the_kernel_was_told() {
    KernelCommandLine told = new KernelCommandLine("rw container-snap.deployment=" + BOOTED);
    assertThat(
            RunningSystem.running(
                told, Optional.of(root("0:25", PATH + BOOTED)), root("0:25", PATH + WORK)))
        .isEqualTo(id(BOOTED));
  }

  @Test
  void root_flags_tell_it_as_well() {
    KernelCommandLine told =
        new KernelCommandLine("root=UUID=1 rootflags=compress=zstd,subvol=" + PATH + BOOTED);
    MountInfo elsewhere = root("0:25", PATH + WORK);
    assertThat(RunningSystem.running(told, Optional.of(elsewhere), elsewhere))
        .isEqualTo(id(BOOTED));
  }

  @Test
  void a_kernel_that_was_told_nothing_runs_the_first_process_in_it() {
    assertThat(
            RunningSystem.running(
                SILENT, Optional.of(root("0:25", PATH + BOOTED)), root("0:25", PATH + WORK)))
        .isEqualTo(id(BOOTED));
  }

  @Test
  void what_runs_from_another_filesystem_says_nothing_about_this_one() {
    KernelCommandLine told = new KernelCommandLine("container-snap.deployment=" + "b".repeat(64));
    assertThat(
            RunningSystem.running(
                told, Optional.of(root("0:30", PATH + "b".repeat(64))), root("0:25", PATH + WORK)))
        .isEqualTo(id(WORK));
  }

  @Test
  void a_first_process_that_cannot_be_seen_leaves_the_own_root() {
    assertThat(RunningSystem.running(SILENT, Optional.empty(), root("0:25", PATH + BOOTED)))
        .isEqualTo(id(BOOTED));
  }

  @Test
  void a_system_that_is_no_deployment_runs_none_in_whatever_chroot_its_process_is() {
    MountInfo host = root("0:25", "/@rootfs");
    assertThat(RunningSystem.running(SILENT, Optional.of(host), host)).isEmpty();
  }
}

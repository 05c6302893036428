package io.github.containersnap.gate.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostCapabilitiesTest {
  private static final Set<String> ALL_PROGRAMS = new HashSet<>(HostCapabilities.PROGRAMS);
  private static final Set<String> ALL_DEVICES = new HashSet<>(HostCapabilities.DEVICES);

  private static HostCapabilities withKernel(String release) {
    return new HostCapabilities(0, release, Set.of("btrfs", "ext4"), ALL_DEVICES, ALL_PROGRAMS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"6.7.0", "6.7", "6.12.117+deb13-cloud-amd64", "6.18.44", "10.0-rc1", "odd"})
  void a_new_kernel_will_do(String release) {
    assertThat(withKernel(release).lacks()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"6.6.99-generic", "6.1.0-28-amd64", "5.15.167", "4.9"})
  void a_kernel_that_cannot_mount_copies_side_by_side_is_named(String release) {
    assertThat(withKernel(release).lacks())
        .containsExactly(
            "This is Linux "
                + release
                + "; Linux 6.7 or later is needed, which can mount several copies of one btrfs side"
                + " by side (temporary filesystem ids).");
  }

  @Test
  void everything_that_is_missing_is_said_at_once() {
    HostCapabilities bare =
        new HostCapabilities(1000, "6.12.0", Set.of("ext4"), Set.of(), Set.of("podman"));
    assertThatThrownBy(bare::requireFit)
        .isInstanceOf(UnfitMachineException.class)
        .hasMessageStartingWith(
            "this machine cannot run the check. Root is needed for loop devices, btrfs mounts and"
                + " podman; this is user 1000. This kernel has no btrfs (modprobe btrfs may bring"
                + " it). There is no /dev/fuse (modprobe fuse may bring it). There is no"
                + " /dev/loop-control (modprobe loop may bring it). Not found on the PATH: btrfs,"
                + " grub-fstest, ")
        .hasMessageEndingWith("(ci/setup installs them).");
  }

  @Test
  void the_machine_that_runs_the_tests_is_fit() {
    assertThat(HostCapabilities.thisMachine().lacks()).isEmpty();
  }
}

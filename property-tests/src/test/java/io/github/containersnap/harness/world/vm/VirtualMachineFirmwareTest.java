package io.github.containersnap.harness.world.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.harness.world.FirmwareModel.Attempt;
import io.github.containersnap.harness.world.HistoryImage;
import io.github.containersnap.harness.world.HistoryImage.Health;
import io.github.containersnap.harness.world.HistoryImage.Specification;
import io.github.containersnap.vm.machine.BootOutcome;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a console says that became of a boot. */
class VirtualMachineFirmwareTest {
  private static final DeploymentId ID = id(3);
  private static final DeploymentId OTHER = id(4);
  private static final BootOutcome UP =
      new BootOutcome.Up("its own word", Duration.ZERO, Optional.empty());
  private static final BootOutcome FAILED = failed(BootOutcome.STEP_FAILED);

  private static DeploymentId id(int version) {
    return new DeploymentId(HistoryImage.of(new Specification(1, version, Health.GOOD)).id(), 0);
  }

  private static BootOutcome failed(BootOutcome.Sign sign) {
    return new BootOutcome.Failed(
        Optional.of(sign), sign.meaning(), Duration.ZERO, Optional.empty());
  }

  private static BootOutcome nothingSeen() {
    return new BootOutcome.Failed(
        Optional.empty(), "nothing of it was seen", Duration.ZERO, Optional.empty());
  }

  private static String console(DeploymentId kernel, int initrd, String version, String told) {
    return """
    history: root /@var/lib/container-snap/deployments/%s
    [    1.0] something of the kernel's
    history: initrd %d
    history: application %s
    history: told BOOT_IMAGE=/@var/lib/container-snap/deployments/%s/usr/lib/modules/6.1/vmlinuz root=UUID=1%s
    """
        .formatted(ID, initrd, version, kernel, told);
  }

  @Test
  void a_whole_system_is_up() {
    assertThat(VirtualMachineFirmware.attempt(UP, console(ID, 1, "1.3", ""), true))
        .isEqualTo(new Attempt.Up(ID, Optional.empty(), true, true));
  }

  @Test
  void a_boot_that_does_not_complete_is_one_of_a_system_that_is_up() {
    assertThat(VirtualMachineFirmware.attempt(FAILED, console(ID, 1, "1.3", ""), true))
        .isEqualTo(new Attempt.Up(ID, Optional.empty(), false, true));
  }

  @Test
  void what_the_boot_loader_gave_up_on_is_what_the_kernel_was_told() {
    String told = " container-snap.instead-of=" + OTHER + " container-snap.deployment=" + ID;
    assertThat(VirtualMachineFirmware.attempt(UP, console(ID, 1, "1.3", told), false))
        .isEqualTo(new Attempt.Up(ID, Optional.of(OTHER), true, false));
  }

  @Test
  void a_kernel_an_initrd_or_an_application_of_another_image_is_seen() {
    assertThat(VirtualMachineFirmware.attempt(UP, console(OTHER, 1, "1.3", ""), false))
        .isInstanceOf(Attempt.Mixed.class);
    assertThat(VirtualMachineFirmware.attempt(UP, console(ID, 0, "1.3", ""), false))
        .isInstanceOf(Attempt.Mixed.class);
    assertThat(VirtualMachineFirmware.attempt(UP, console(ID, 1, "1.4", ""), false))
        .isInstanceOf(Attempt.Mixed.class);
  }

  @Test
  void a_panic_is_one_whatever_was_said_before() {
    String console =
        console(ID, 1, "1.3", "") + "[    5.1] Kernel panic - not syncing: sysrq triggered crash\n";
    assertThat(VirtualMachineFirmware.attempt(FAILED, console, true))
        .isEqualTo(new Attempt.Panicked("Kernel panic - not syncing: sysrq triggered crash", true));
  }

  @Test
  void a_boot_loader_without_anything_to_start_is_stuck() {
    assertThat(
            VirtualMachineFirmware.attempt(failed(BootOutcome.NOTHING_TO_START), "grub> ", false))
        .isInstanceOf(Attempt.Stuck.class);
  }

  @Test
  void a_machine_of_which_nothing_was_seen_is_no_answer() {
    assertThatThrownBy(() -> VirtualMachineFirmware.attempt(nothingSeen(), "", false))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("nothing of it was seen");
  }

  @Test
  void a_machine_that_started_and_then_showed_nothing_is_no_answer() {
    String started = console(ID, 1, "1.3", "");
    BootOutcome starved = new BootOutcome.TimedOut("not served", Duration.ZERO, Optional.empty());
    assertThatThrownBy(() -> VirtualMachineFirmware.attempt(nothingSeen(), started, true))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> VirtualMachineFirmware.attempt(starved, started, true))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("not served");
  }
}

package io.github.containersnap.harness.boots;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.model.BootedDeployment;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.vm.images.BrokenSuccessor;
import io.github.containersnap.vm.images.ImageInLayout;
import io.github.containersnap.vm.machine.VirtualMachine;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Updates whose outcome only a boot can tell (P10, P11; docs/decisions/0009). */
@ExtendWith(BootBench.Shared.class)
class TrialTest {
  private static final Duration ONE_BOOT = Duration.ofMinutes(8);
  private static final Duration FOUR_BOOTS = Duration.ofMinutes(25);
  private static final Pattern OLD_IS_UP = Pattern.compile("version 1, is up");
  private static final Pattern NEW_IS_UP = Pattern.compile("version 2, is up");
  private static final Pattern KERNEL_STARTS = Pattern.compile("Linux version ");

  private final BootBench bench;

  TrialTest(BootBench bench) {
    this.bench = bench;
  }

  /** The system of {@code image} runs, whole, with its owner's changes. */
  private static SystemReport assertRuns(
      VirtualMachine machine, ImageInLayout image, String version) {
    SystemReport system = SystemReport.of(machine);
    DeploymentId id = BootBench.id(image);
    assertThat(system.imageVersion()).isEqualTo(version);
    assertThat(system.hasModules()).as("modules of %s", system.kernel()).isTrue();
    assertThat(system.deployment()).isEqualTo(id);
    assertThat(system.rootSubvolume())
        .isEqualTo("/@var/lib/container-snap/deployments/" + id.toString());
    assertThat(system.etc()).isEqualTo("kept");
    assertThat(system.variable()).isEqualTo("kept too");
    return system;
  }

  @Test
  void a_good_successor_comes_up_and_once_blessed_its_boots_are_counted_no_more() {
    TestMachine machine = bench.machine();
    machine.update(bench.good());
    BootedDeployment boot;
    try (VirtualMachine first = machine.start()) {
      first.console().await(NEW_IS_UP, ONE_BOOT, "the new system comes up");
      boot = assertRuns(first, bench.good(), "2").boot();
    }
    assertThat(machine.countedByGrub()).contains("container_snap_boots=1");
    String counted = machine.countedByGrub();

    machine.bless(boot);

    try (VirtualMachine second = machine.start()) {
      second.console().await(NEW_IS_UP, ONE_BOOT, "the new system comes up again");
    }
    assertThat(machine.countedByGrub()).isEqualTo(counted);
    assertThat(boot.insteadOf()).isEmpty();
  }

  @Test
  void a_failing_step_returns_the_machine_to_the_old_system_by_itself() {
    assertFallsBack(BrokenSuccessor.FAILING_STEP);
  }

  @ParameterizedTest
  @Tag("exhaustive")
  @EnumSource(value = BrokenSuccessor.class, mode = EnumSource.Mode.EXCLUDE, names = "FAILING_STEP")
  void every_broken_successor_returns_the_machine_to_the_old_system_by_itself(BrokenSuccessor how) {
    assertFallsBack(how);
  }

  private void assertFallsBack(BrokenSuccessor how) {
    ImageInLayout broken = bench.images().broken(how);
    TestMachine machine = bench.machine();
    machine.update(broken);
    BootedDeployment boot;
    try (VirtualMachine running = machine.start()) {
      running.console().await(OLD_IS_UP, FOUR_BOOTS, "the old system comes up by itself");
      assertThat(running.console().count(KERNEL_STARTS))
          .as("three boots of a trial, and the old system's")
          .isEqualTo(4);
      boot = assertRuns(running, bench.old(), "1").boot();
    }
    assertThat(boot.insteadOf()).isEqualTo(Optional.of(BootBench.id(broken)));
    assertThat(machine.countedByGrub()).contains("container_snap_boots=3");

    machine.bless(boot);

    assertThat(machine.status(BootedDeployment.of(BootBench.id(bench.old()))))
        .contains("did not come up");
    try (VirtualMachine next = machine.start()) {
      next.console().await(OLD_IS_UP, ONE_BOOT, "the old system stays");
      assertThat(next.console().count(KERNEL_STARTS)).isEqualTo(1);
    }
  }

  @Test
  @Tag("exhaustive")
  void one_that_never_blesses_itself_is_given_up_after_three_boots() {
    TestMachine machine = bench.machine();
    machine.update(bench.good());
    try (VirtualMachine running = machine.start()) {
      int place = 0;
      for (int boots = 1; boots <= 3; boots++) {
        place =
            running
                .console()
                .awaitAfter(place, NEW_IS_UP, ONE_BOOT, "the new system comes up, boot " + boots);
        running.reset();
      }
      running.console().awaitAfter(place, OLD_IS_UP, ONE_BOOT, "the old system comes up");
    }
  }
}

package io.github.containersnap.harness.boots;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.BootedDeployment;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.vm.machine.VirtualMachine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Power cuts of running machines: live, seeded, in a row (docs/decisions/0009, 0015). */
@ExtendWith(BootBench.Shared.class)
class PowerCutTest {
  private static final Duration ONE_BOOT = Duration.ofMinutes(8);
  private static final Pattern OLD_IS_UP = Pattern.compile("version 1, is up");
  private static final Pattern NEW_IS_UP = Pattern.compile("version 2, is up");
  private static final Pattern COUNT = Pattern.compile("container_snap_boots=(\\d+)");
  private static final long SEED = 20;
  private static final int CUTS_IN_A_ROW = 50;
  private static final int BETWEEN_LOOKS = 10;

  private final BootBench bench;

  PowerCutTest(BootBench bench) {
    this.bench = bench;
  }

  private static int counted(TestMachine machine) {
    Matcher matcher = COUNT.matcher(machine.countedByGrub());
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
  }

  private static SystemReport assertComesUp(TestMachine machine, Pattern sign, String what) {
    try (VirtualMachine running = machine.start()) {
      running.console().await(sign, ONE_BOOT, what);
      SystemReport system = SystemReport.of(running);
      assertThat(system.etc()).isEqualTo("kept");
      assertThat(system.variable()).isEqualTo("kept too");
      assertThat(system.hasModules()).isTrue();
      return system;
    }
  }

  /** The kernel's idea of the filesystem, and btrfs's own. */
  private static void assertSound(TestMachine machine) {
    try (LoopDevice loop = machine.disk().attachSystem()) {
      ExternalCommand.of("btrfs", "check", "--readonly", loop.device()).run();
    }
  }

  @Test
  @Tag("exhaustive")
  void two_power_cuts_in_a_trial_are_forgiven_and_after_the_blessing_none_is_counted() {
    TestMachine machine = bench.machine();
    machine.update(bench.good());
    List<PowerCut> cuts =
        List.of(
            new PowerCut.AtSign("takes the steps of its boot", 0),
            new PowerCut.AtSign("Linux version ", 300));
    for (PowerCut cut : cuts) {
      try (VirtualMachine running = machine.start()) {
        cut.strike(running);
      }
    }
    assertThat(counted(machine)).isEqualTo(2);

    BootedDeployment boot =
        assertComesUp(machine, NEW_IS_UP, "the new system, in its third boot").boot();
    machine.bless(boot);
    int atBlessing = counted(machine);

    try (VirtualMachine running = machine.start()) {
      new PowerCut.AtSign("takes the steps of its boot", 0).strike(running);
    }
    assertThat(counted(machine)).isEqualTo(atBlessing);
    assertSound(machine);
  }

  @Test
  @Tag("exhaustive")
  void a_trial_that_loses_its_power_at_any_moment_ends_in_one_of_both_systems_whole() {
    for (int round = 0; round < 5; round++) {
      Random random = new Random(SEED + round);
      TestMachine machine = bench.machine();
      machine.update(bench.good());
      List<PowerCut> cuts = new ArrayList<>();
      for (int number = 0; number < 3; number++) {
        cuts.add(PowerCut.random(random));
        try (VirtualMachine running = machine.start()) {
          cuts.getLast().strike(running);
        }
        assertThat(counted(machine)).as("counted after %s", cuts).isLessThanOrEqualTo(number + 1);
      }
      boolean usedUp = counted(machine) == 3;
      SystemReport system =
          assertComesUp(
              machine,
              usedUp ? OLD_IS_UP : NEW_IS_UP,
              "the %s system after %s".formatted(usedUp ? "old" : "new", cuts));
      assertThat(system.boot().insteadOf())
          .isEqualTo(usedUp ? Optional.of(BootBench.id(bench.good())) : Optional.empty());
      assertSound(machine);
    }
  }

  @Test
  @Tag("exhaustive")
  void a_blessed_system_comes_up_after_fifty_power_cuts_in_a_row() {
    TestMachine machine = bench.machine();
    machine.update(bench.good());
    machine.bless(assertComesUp(machine, NEW_IS_UP, "the new system").boot());
    int atBlessing = counted(machine);
    Random random = new Random(SEED);
    List<PowerCut> cuts = new ArrayList<>();
    for (int number = 1; number <= CUTS_IN_A_ROW; number++) {
      cuts.add(PowerCut.random(random));
      try (VirtualMachine running = machine.start()) {
        cuts.getLast().strike(running);
      }
      if (number % BETWEEN_LOOKS == 0) {
        assertComesUp(machine, NEW_IS_UP, "the new system after " + cuts);
        assertSound(machine);
      }
    }
    assertThat(counted(machine)).isEqualTo(atBlessing);
  }
}

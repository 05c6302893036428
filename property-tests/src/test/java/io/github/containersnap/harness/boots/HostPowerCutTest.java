package io.github.containersnap.harness.boots;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.BootedDeployment;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.vm.machine.VirtualMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A Debian host that loses its power again and again: while it updates itself, while it recovers
 * from that, right after it reported success, in the first boots of the new system (P1, P2, P5,
 * P10).
 */
@ExtendWith(HostBench.Shared.class)
class HostPowerCutTest {
  private static final long SEED = 6;
  private static final int ROUNDS = 4;
  private static final int RECOVERIES = 3;
  private static final Pattern UP =
      Pattern.compile("container-snap-debian-host, image version (\\d), is up");

  private final HostBench bench;

  HostPowerCutTest(HostBench bench) {
    this.bench = bench;
  }

  @Test
  @Tag("exhaustive")
  void a_host_that_loses_its_power_at_any_moment_comes_up_whole_and_updates_again() {
    int cuts = 0;
    for (int round = 0; round < ROUNDS; round++) {
      cuts += new Round(new Random(SEED + round)).run();
    }
    assertThat(cuts).as("power cuts in %d updates", ROUNDS).isGreaterThanOrEqualTo(20);
  }

  @Test
  @Tag("exhaustive")
  void a_host_that_loses_its_power_when_it_makes_the_new_system_the_default_is_old_or_new() {
    TestMachine machine = bench.running().machine();
    HostPowerCut cut = new HostPowerCut.InUpdate(bench.goodReference(), 8, 300);
    try (VirtualMachine running = machine.resume(bench.running().state())) {
      cut.strike(running);
    }
    try (VirtualMachine running = machine.start()) {
      requireWhole(new Host(running), "after a power cut " + cut);
    }
    requireSound(machine);
  }

  /** The system that came up is wholly the old or the new one, and nothing is left to settle. */
  private int requireWhole(Host host, String when) {
    int version = host.awaitUp(UP, "the old or the new system, " + when);
    DeploymentId id = version == 1 ? bench.oldId() : bench.newId();
    host.assertRuns(id, version);
    assertThat(host.run("ls -A /var/lib/container-snap/journal").text()).as(when).isEmpty();
    return version;
  }

  /** The kernel's idea of the filesystem, and btrfs's own. */
  private static void requireSound(TestMachine machine) {
    try (LoopDevice loop = machine.disk().attachSystem()) {
      ExternalCommand.of("btrfs", "check", "--readonly", loop.device()).run();
    }
  }

  /** One update with all its power cuts. */
  private final class Round {
    private final Random random;
    private final TestMachine machine = bench.running().machine();
    private final List<HostPowerCut> cuts = new ArrayList<>();

    Round(Random random) {
      this.random = random;
    }

    /** The number of power cuts. */
    int run() {
      try (VirtualMachine running = machine.resume(bench.running().state())) {
        cut(running, HostPowerCut.ofUpdate(random, bench.goodReference()));
      }
      for (int number = 0; number < RECOVERIES; number++) {
        try (VirtualMachine running = machine.start()) {
          cut(running, HostPowerCut.ofRecovery(random));
        }
      }
      int version;
      try (VirtualMachine running = machine.start()) {
        Host host = new Host(running);
        version = requireWhole(host, "after " + cuts);
        if (version == 1) {
          host.succeeds("update " + bench.goodReference());
          cut(running, new HostPowerCut.AtOnce());
        }
      }
      int trials = version == 1 ? 2 : 1;
      for (int number = 0; number < trials; number++) {
        try (VirtualMachine running = machine.start()) {
          cut(running, HostPowerCut.ofBoot(random));
        }
      }
      try (VirtualMachine running = machine.start()) {
        Host host = new Host(running);
        assertThat(requireWhole(host, "after " + cuts)).as("version after %s", cuts).isEqualTo(2);
      }
      assertThat(machine.status(BootedDeployment.of(bench.newId()))).doesNotContain("on trial");
      requireSound(machine);
      System.out.printf("%d power cuts, then version 2, whole: %s%n", cuts.size(), cuts);
      return cuts.size();
    }

    private void cut(VirtualMachine running, HostPowerCut cut) {
      cuts.add(cut);
      cut.strike(running);
      System.out.println("power cut: " + cut);
    }
  }
}

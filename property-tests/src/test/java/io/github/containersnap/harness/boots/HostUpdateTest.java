package io.github.containersnap.harness.boots;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.vm.machine.VirtualMachine;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A Debian host that updates itself: the packaged program, its units, a real registry. */
@ExtendWith(HostBench.Shared.class)
class HostUpdateTest {
  private final HostBench bench;

  HostUpdateTest(HostBench bench) {
    this.bench = bench;
  }

  @Test
  void a_host_updates_itself_loses_its_power_and_its_own_unit_blesses_the_new_system() {
    RunningHost running = bench.running();
    TestMachine machine = running.machine();
    long update = System.nanoTime();
    try (VirtualMachine resumed = machine.resume(running.state())) {
      new Host(resumed).succeeds("update " + bench.goodReference());
      report("update", update);
      resumed.cutPower();
    }
    long boot = System.nanoTime();
    try (VirtualMachine booted = machine.start()) {
      Host host = new Host(booted).awaitUp(2);
      report("boot of the new system", boot);
      SystemReport system = host.assertRuns(bench.newId(), 2);
      assertThat(system.boot().insteadOf()).isEmpty();
      assertThat(host.run("systemctl is-active container-snap-bless.service").text())
          .isEqualTo("active");
      assertThat(host.succeeds("status --json")).contains("\"defaultStanding\" : \"blessed\"");
    }
    assertThat(machine.countedByGrub()).contains("container_snap_boots=1");
  }

  private static void report(String what, long since) {
    System.out.printf("%s: %d s%n", what, Duration.ofNanos(System.nanoTime() - since).toSeconds());
  }
}

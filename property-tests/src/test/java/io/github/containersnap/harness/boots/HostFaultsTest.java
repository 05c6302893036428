package io.github.containersnap.harness.boots;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.harness.registry.FaultProxy;
import io.github.containersnap.harness.registry.PullFault;
import io.github.containersnap.harness.registry.RequestMatcher;
import io.github.containersnap.vm.machine.GuestShell;
import io.github.containersnap.vm.machine.VirtualMachine;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the administrator of a Debian host sees when an update cannot be made (P7, P8). */
@ExtendWith(HostBench.Shared.class)
class HostFaultsTest {
  private final HostBench bench;

  HostFaultsTest(HostBench bench) {
    this.bench = bench;
  }

  @Test
  @Tag("exhaustive")
  void on_a_full_disk_the_update_is_refused_with_the_numbers_and_made_once_there_is_room() {
    RunningHost running = bench.running();
    try (VirtualMachine machine = running.machine().resume(running.state())) {
      Host host = new Host(machine);
      host.run(
          "for size in 64M 4M; do while fallocate -l $size /var/fill-$((n=n+1)); do :; done; done;"
              + " sync");
      GuestShell.Answer refused = host.containerSnap("update " + bench.goodReference());
      System.out.println(refused.text());
      assertThat(refused.status()).isEqualTo(1);
      assertThat(refused.text())
          .containsPattern("The image needs [\\d.,]+ \\w+ of data; \\S+ has [\\d.,]+ \\w+ free\\.")
          .contains("The running system is unchanged.");

      host.run("rm /var/fill-*; sync");
      host.succeeds("update " + bench.goodReference());
      assertThat(host.succeeds("get-default")).isEqualTo(bench.newId().toString());
      host.assertRuns(bench.oldId(), 1);
    }
  }

  @Test
  @Tag("exhaustive")
  void a_line_that_breaks_leaves_the_old_system_and_once_it_is_mended_the_update_is_made()
      throws IOException {
    RunningHost running = bench.running();
    try (FaultProxy line = FaultProxy.before(bench.registry().address());
        VirtualMachine machine = running.machine().resume(running.state())) {
      Host host = new Host(machine);
      String reference = HostBench.inGuest(line.address()) + "/host:2";
      line.strike(new RequestMatcher("/blobs/", 1), new PullFault.Cut(100_000, true));
      GuestShell.Answer failed = host.containerSnap("update " + reference);
      System.out.println(failed.text());
      assertThat(failed.status()).isEqualTo(1);
      assertThat(failed.text())
          .contains("The image " + reference + " cannot be fetched: ")
          .contains("The running system is unchanged.");
      assertThat(host.run("ls -A /var/lib/container-snap/journal").text()).isEmpty();

      line.heal();
      host.succeeds("update " + reference);
      assertThat(host.succeeds("get-default")).isEqualTo(bench.newId().toString());
      host.assertRuns(bench.oldId(), 1);
    }
  }
}

package io.github.containersnap.harness.boots;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.vm.images.BrokenHost;
import io.github.containersnap.vm.machine.VirtualMachine;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A Debian host whose successor does not come up goes back by itself, and says so (P11). */
@ExtendWith(HostBench.Shared.class)
class HostFallbackTest {
  private static final Duration FOUR_BOOTS = Duration.ofMinutes(30);
  private static final Pattern A_BOOT = Pattern.compile("initrd of image version");

  private final HostBench bench;

  HostFallbackTest(HostBench bench) {
    this.bench = bench;
  }

  @ParameterizedTest
  @EnumSource
  @Tag("exhaustive")
  void a_broken_successor_gives_way_to_the_old_system_and_status_tells_the_story(BrokenHost how) {
    RunningHost running = bench.running();
    TestMachine machine = running.machine();
    try (VirtualMachine resumed = machine.resume(running.state())) {
      Host host = new Host(resumed);
      host.succeeds("update " + bench.brokenReference(how));
      assertThat(host.succeeds("status")).contains("on trial");

      int place = host.reboot();
      resumed
          .console()
          .awaitAfter(place, Host.isUp(1), FOUR_BOOTS, "the old system comes up by itself");
      assertThat(resumed.console().count(A_BOOT))
          .as("three boots of a trial, and the old system's")
          .isEqualTo(4);
      SystemReport system = host.assertRuns(bench.oldId(), 1);
      assertThat(system.boot().insteadOf()).isEqualTo(Optional.of(bench.brokenId(how)));

      String story = host.succeeds("status");
      System.out.println(story);
      assertThat(story).contains("did not come up and was fallen back from");
      if (how == BrokenHost.FAILING_HEALTH_CHECK) {
        assertThat(story)
            .containsPattern("health checks of [0-9a-f]{12} that failed, in its boot of ")
            .contains(
                "  required.d/20-database: exit status 3\n    | no answer from the database\n")
            .contains("  wanted.d/mail: exit status 1\n");
      }
      assertThat(host.succeeds("get-default")).isEqualTo(bench.oldId().toString());
      assertThat(host.containerSnap("update " + bench.brokenReference(how)).text())
          .as("the same update once more")
          .contains("This machine has tried that image");
    }
    assertThat(machine.countedByGrub()).contains("container_snap_boots=3");
  }
}

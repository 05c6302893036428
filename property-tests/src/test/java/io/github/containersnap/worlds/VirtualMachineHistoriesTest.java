package io.github.containersnap.worlds;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.Machine;
import io.github.containersnap.histories.Act;
import io.github.containersnap.histories.Generator;
import io.github.containersnap.histories.History;
import io.github.containersnap.histories.Played;
import io.github.containersnap.histories.Player;
import io.github.containersnap.histories.Step;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.mutants.Mutant;
import io.github.containersnap.properties.Property;
import io.github.containersnap.properties.Violation;
import io.github.containersnap.simulation.Fault;
import io.github.containersnap.simulation.SimulatedImage.Health;
import io.github.containersnap.simulation.SimulatedImage.Specification;
import io.github.containersnap.simulation.Strike;
import io.github.containersnap.vm.images.Cache;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Histories on machines that are started for real: minutes for each. */
@Tag("exhaustive")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VirtualMachineHistoriesTest {
  private static final int OTHER_CUTS = 1;
  private static final Specification FIRST = new Specification(1, 0, Health.GOOD);
  private static final Specification SECOND = new Specification(0, 2, Health.GOOD);

  private Workspace workspace;
  private VirtualMachineWorlds worlds;

  @SuppressWarnings("NullAway.Init") // before all tests
  VirtualMachineHistoriesTest() {}

  @BeforeAll
  void makeWorlds() throws IOException {
    Cache cache = Cache.ofThisUser();
    workspace = Workspace.open(Files.createDirectories(cache.root().resolve("runs")));
    worlds = new VirtualMachineWorlds(workspace, OTHER_CUTS, cache, _ -> {});
  }

  @AfterAll
  void takeWorldsAway() {
    worlds.close();
    workspace.close();
  }

  private Played play(History history, UnaryOperator<Machine> updater) {
    return Player.play(history, worlds, updater, true);
  }

  private static History history(Act... acts) {
    return new History(54, FIRST, List.of(acts));
  }

  @Test
  void a_history_with_a_power_cut_in_an_update_holds() {
    Played played =
        play(
            history(
                new Act(
                    new Step.Update(SECOND, false),
                    List.of(new Strike(60, 0, new Fault.PowerCut(false))),
                    List.of())),
            Player.SHIPPED);

    assertThat(played.violation()).as(String.join("\n", played.story())).isEmpty();
    assertThat(played.crashStates()).isEqualTo(1 + OTHER_CUTS);
  }

  @Test
  void a_successor_that_panics_is_fallen_back_from_after_three_boots() {
    Played played =
        play(
            history(
                Act.of(new Step.Update(new Specification(0, 2, Health.PANICS), false)),
                Act.of(new Step.Reboot(true, true))),
            Player.SHIPPED);

    assertThat(played.violation()).as(String.join("\n", played.story())).isEmpty();
    assertThat(played.counts()).containsEntry("trials that ended in the fallback", 1);
    assertThat(played.story()).filteredOn(it -> it.startsWith("The kernel panics")).hasSize(3);
  }

  @Test
  void ten_drawn_histories_hold() {
    for (long seed = 6_000_001; seed <= 6_000_010; seed++) {
      Played played = play(Generator.history(seed), Player.SHIPPED);
      assertThat(played.violation()).as(String.join("\n", played.story())).isEmpty();
    }
  }

  @Test
  void a_kernel_of_another_system_is_seen() {
    Played played =
        play(
            history(Act.of(new Step.Update(SECOND, false)), Act.of(new Step.Reboot(true, true))),
            Mutant.KERNEL_OF_THE_FALLBACK::of);

    assertThat(played.violation().map(Violation::property)).contains(Property.P10);
  }
}

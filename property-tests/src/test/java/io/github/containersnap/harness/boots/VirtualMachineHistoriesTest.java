package io.github.containersnap.harness.boots;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.harness.history.History;
import io.github.containersnap.harness.history.HistoryResult;
import io.github.containersnap.harness.history.HistoryStep;
import io.github.containersnap.harness.history.ScheduledStep;
import io.github.containersnap.harness.history.play.Player;
import io.github.containersnap.harness.mutant.HiddenKernel;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.harness.testkit.SharedParameter;
import io.github.containersnap.harness.world.HistoryImage.Health;
import io.github.containersnap.harness.world.HistoryImage.Specification;
import io.github.containersnap.harness.world.ScheduledFault;
import io.github.containersnap.harness.world.WorldFault;
import io.github.containersnap.harness.world.vm.VirtualMachineWorldFactory;
import io.github.containersnap.vm.images.SmallPair;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Histories on machines that are started for real: minutes for each. */
@Tag("exhaustive")
@ExtendWith(VirtualMachineHistoriesTest.Shared.class)
class VirtualMachineHistoriesTest {
  private static final int OTHER_CUTS = 1;
  private static final Specification FIRST = new Specification(1, 0, Health.GOOD);
  private static final Specification SECOND = new Specification(0, 2, Health.GOOD);

  private final VirtualMachineWorldFactory worlds;

  VirtualMachineHistoriesTest(VirtualMachineWorldFactory worlds) {
    this.worlds = worlds;
  }

  /** Machines in the room of this test run. */
  static final class Shared extends SharedParameter<VirtualMachineWorldFactory> {
    Shared() {
      super(VirtualMachineWorldFactory.class, context -> worlds(MachineRoom.of(context)));
    }

    private static VirtualMachineWorldFactory worlds(MachineRoom room) {
      return new VirtualMachineWorldFactory(
          room.workspace(),
          room.engine(),
          new SmallPair(room.cache(), _ -> {}).make().oldImage(),
          OTHER_CUTS);
    }
  }

  private HistoryResult play(History history, UnaryOperator<Machine> updater) {
    return Player.play(history, worlds, updater, true);
  }

  private static History history(ScheduledStep... acts) {
    return new History(54, FIRST, List.of(acts));
  }

  @Test
  void a_history_with_a_power_cut_in_an_update_holds() {
    HistoryResult played =
        play(
            history(
                new ScheduledStep(
                    new HistoryStep.Update(SECOND, false),
                    List.of(new ScheduledFault(60, 0, new WorldFault.PowerCut(false))),
                    List.of())),
            Player.SHIPPED);

    assertThat(played.violation()).as(String.join("\n", played.story())).isEmpty();
    assertThat(played.crashStates()).isEqualTo(1 + OTHER_CUTS);
  }

  @Test
  void a_successor_that_panics_is_fallen_back_from_after_three_boots() {
    HistoryResult played =
        play(
            history(
                ScheduledStep.of(
                    new HistoryStep.Update(new Specification(0, 2, Health.PANICS), false)),
                ScheduledStep.of(new HistoryStep.Reboot(true, true))),
            Player.SHIPPED);

    assertThat(played.violation()).as(String.join("\n", played.story())).isEmpty();
    assertThat(played.counts()).containsEntry("trials that ended in the fallback", 1);
    assertThat(played.story()).filteredOn(it -> it.startsWith("The kernel panics")).hasSize(3);
  }

  /** Whoever only reads the menu finds the right kernel in it; GRUB executes it. */
  @Test
  void a_kernel_of_another_system_is_seen_by_a_boot_alone() {
    HistoryResult played =
        play(
            history(
                ScheduledStep.of(new HistoryStep.Update(SECOND, false)),
                ScheduledStep.of(new HistoryStep.Reboot(true, true))),
            HiddenKernel::of);

    assertThat(played.violation().map(Violation::property)).contains(Property.P10);
    assertThat(played.violation().map(Violation::text).orElseThrow())
        .contains("runs with the kernel ");
  }
}

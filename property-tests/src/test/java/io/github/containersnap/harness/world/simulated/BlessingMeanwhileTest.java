package io.github.containersnap.harness.world.simulated;

import static io.github.containersnap.harness.world.simulated.FirstDeployment.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.engine.Blessing;
import io.github.containersnap.engine.Recovery;
import io.github.containersnap.engine.Update;
import io.github.containersnap.engine.model.BootEntry;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.LockedException;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.engine.model.TrialState;
import io.github.containersnap.harness.world.FirmwareModel;
import io.github.containersnap.harness.world.HistoryImage;
import io.github.containersnap.harness.world.HistoryImage.Health;
import io.github.containersnap.harness.world.HistoryImage.Specification;
import io.github.containersnap.harness.world.ProcessKilled;
import io.github.containersnap.harness.world.RunningCommand;
import io.github.containersnap.harness.world.ScheduledFault;
import io.github.containersnap.harness.world.WorldFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A system that has come up is blessed while an update pulls, and both are right (decision 18). */
class BlessingMeanwhileTest {
  private static final HistoryImage FIRST = HistoryImage.of(new Specification(1, 1, Health.GOOD));
  private static final HistoryImage SECOND = HistoryImage.of(new Specification(1, 2, Health.GOOD));
  private static final DeploymentId OLD = DeploymentId.pristine(FIRST.id());
  private static final DeploymentId NEW = DeploymentId.pristine(SECOND.id());
  private static final WorldFault BLESSING =
      new WorldFault.SecondCommand(WorldFault.SecondCommand.Command.BLESS);

  /** It runs the first image. */
  private final SimulatedMachine unblessed = new SimulatedMachine(1);

  private static BootMenu menu(SimulatedMachine on) {
    return run(on, it -> it.ports().bootloader().menu().orElseThrow());
  }

  @BeforeEach
  void install() {
    FirstDeployment.of(FIRST, unblessed);
    unblessed.publish(SECOND);
    assertThat(menu(unblessed).byDefault().standing()).isNotInstanceOf(TrialState.Blessed.class);
  }

  private static Update.UpdateResult update(SimulatedMachine on, RunningCommand command) {
    return new Update(on.seenBy(command, Progress.NONE)).run(SECOND.reference());
  }

  @Test
  void the_system_can_be_blessed_all_the_time_that_an_update_pulls_and_proves() {
    TreeSet<Integer> blessed = new TreeSet<>();
    List<String> refused = new ArrayList<>();
    for (int call = 3; ; call++) {
      SimulatedMachine machine = new SimulatedMachine(call, unblessed);
      List<Blessing.BlessingResult> outcomes = new ArrayList<>();
      machine.runSecondCommandsBy(
          (it, _) -> {
            try {
              outcomes.add(new Blessing(it.seenBy(it.startSecond(), Progress.NONE)).run());
            } catch (LockedException held) {
              refused.add(String.valueOf(held.getMessage()));
            }
          });
      RunningCommand command = machine.start(List.of(new ScheduledFault(call, 0, BLESSING)));
      assertThat(update(machine, command)).isEqualTo(new Update.UpdateResult.Updated(NEW));
      if (command.struck().isEmpty()) {
        break;
      }
      BootMenu menu = menu(machine);
      assertThat(menu.byDefault().deployment()).isEqualTo(NEW);
      BootEntry fallback = menu.fallback().orElseThrow();
      assertThat(fallback.deployment()).isEqualTo(OLD);
      if (outcomes.equals(List.of(new Blessing.BlessingResult.Blessed(OLD)))) {
        blessed.add(call);
        assertThat(fallback.standing()).isInstanceOf(TrialState.Blessed.class);
      }
      assertThat(machine.isLocked()).isFalse();
      List<String> leftToDo = run(machine, it -> new Recovery(it).run());
      assertThat(leftToDo).isEmpty();
    }
    assertThat(blessed).isNotEmpty();
    assertThat(blessed.last() - blessed.first() + 1)
        .as("calls in a row from the resolving to the check")
        .isEqualTo(blessed.size())
        .isGreaterThan(8);
    assertThat(refused).as("in the recovery, and from the draft on").hasSizeGreaterThan(20);
  }

  @Test
  void power_lost_anywhere_in_that_blessing_leaves_a_machine_that_boots_and_updates() {
    int places = 0;
    for (int at = 1; ; at++) {
      SimulatedMachine machine = new SimulatedMachine(1000L + at, unblessed);
      RunningCommand blessing =
          machine.start(List.of(new ScheduledFault(at, 0, new WorldFault.PowerCut(at % 2 == 0))));
      machine.runSecondCommandsBy(
          (it, _) -> new Blessing(it.seenBy(blessing, Progress.NONE)).run());
      RunningCommand command =
          machine.start(List.of(new ScheduledFault(whenPulling(), 0, BLESSING)));
      boolean lost = false;
      try {
        update(machine, command);
      } catch (ProcessKilled power) {
        lost = true;
        machine.cutPower();
        assertThat(machine.startSystem()).isInstanceOf(FirmwareModel.Attempt.Up.class);
      }
      if (!lost) {
        assertThat(places).isGreaterThan(10);
        return;
      }
      places++;
      run(machine, it -> new Recovery(it).run());
      assertThat(machine.view().strays()).isEmpty();
      assertThat(menu(machine).byDefault().deployment()).isEqualTo(OLD);
      assertThat(update(machine, machine.start(List.of())))
          .isEqualTo(new Update.UpdateResult.Updated(NEW));
      assertThat(machine.view().differenceFromImage(NEW)).isEmpty();
    }
  }

  /** The call in which an update pulls. */
  private int whenPulling() {
    for (int call = 1; ; call++) {
      SimulatedMachine machine = new SimulatedMachine(call, unblessed);
      machine.runSecondCommandsBy((_, _) -> {});
      RunningCommand command = machine.start(List.of(new ScheduledFault(call, 0, BLESSING)));
      update(machine, command);
      if (command.struck().getFirst().call().startsWith("pull")) {
        return call;
      }
    }
  }

  @Test
  void a_loss_that_the_blessing_is_told_of_fails_the_update_too() {
    SimulatedMachine machine = new SimulatedMachine(7, unblessed);
    List<Optional<String>> told = new ArrayList<>();
    machine.runSecondCommandsBy(
        (it, _) -> {
          try {
            new Blessing(it.seenBy(it.startSecond(), Progress.NONE)).run();
            told.add(Optional.empty());
          } catch (RuntimeException failure) {
            told.add(Optional.ofNullable(failure.getMessage()));
          }
        });
    int pulls = whenPulling();
    RunningCommand command =
        machine.start(
            List.of(
                new ScheduledFault(pulls, ScheduledFault.AFTER, new WorldFault.ContentsLost()),
                new ScheduledFault(pulls, ScheduledFault.AFTER, BLESSING)));
    assertThatThrownBy(() -> update(machine, command)).hasMessageContaining("Input/output error");
    assertThat(told).singleElement().matches(Optional::isPresent);
    assertThat(menu(machine).byDefault().deployment()).isEqualTo(OLD);
    assertThat(update(machine, machine.start(List.of())))
        .isEqualTo(new Update.UpdateResult.Updated(NEW));
    assertThat(machine.view().differenceFromImage(NEW)).isEmpty();
  }
}

package io.github.containersnap.harness.world.simulated;

import static io.github.containersnap.harness.world.simulated.FirstDeployment.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.Blessing;
import io.github.containersnap.engine.Recovery;
import io.github.containersnap.engine.Status;
import io.github.containersnap.engine.Update;
import io.github.containersnap.engine.health.CheckFolder;
import io.github.containersnap.engine.health.FailedCheck;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A system with a required health check that fails is never blessed: not when the power goes, not
 * beside an update, not beside another blessing.
 */
class UnhealthyBootTest {
  private static final HistoryImage FIRST = HistoryImage.of(new Specification(1, 1, Health.GOOD));
  private static final HistoryImage SECOND = HistoryImage.of(new Specification(1, 2, Health.GOOD));
  private static final HistoryImage THIRD = HistoryImage.of(new Specification(1, 3, Health.GOOD));
  private static final DeploymentId OLD = DeploymentId.pristine(FIRST.id());
  private static final DeploymentId NEW = DeploymentId.pristine(SECOND.id());
  private static final List<FailedCheck> FAILED =
      List.of(CheckFolder.REQUIRED.failed("database", "exit status 3", List.of("no answer")));
  private static final WorldFault OTHER_COMMAND =
      new WorldFault.SecondCommand(WorldFault.SecondCommand.Command.BLESS);

  /** It runs the second image, on trial. */
  private final SimulatedMachine onTrial = new SimulatedMachine(1);

  @BeforeEach
  void the_second_image_is_on_trial() {
    FirstDeployment.of(FIRST, onTrial);
    run(onTrial, it -> new Blessing(it).run(List.of()));
    onTrial.publish(SECOND);
    run(onTrial, it -> new Update(it).run(SECOND.reference()));
    onTrial.restart();
    assertThat(onTrial.startSystem()).isInstanceOf(FirmwareModel.Attempt.Up.class);
    assertThat(menu(onTrial).byDefault().standing()).isInstanceOf(TrialState.OnTrial.class);
  }

  private static BootMenu menu(SimulatedMachine on) {
    return run(on, it -> it.ports().bootloader().menu().orElseThrow());
  }

  private static List<Status.Unhealthy> health(SimulatedMachine on) {
    Status status = run(on, Status::of);
    assertThat(status.warnings()).isEmpty();
    return status.health();
  }

  private static void assertOnTrial(SimulatedMachine machine) {
    assertThat(menu(machine).byDefault().deployment()).isEqualTo(NEW);
    assertThat(menu(machine).byDefault().standing()).isInstanceOf(TrialState.OnTrial.class);
  }

  @Test
  void power_lost_anywhere_leaves_it_on_trial_and_the_record_whole_or_not_there() {
    int recorded = 0;
    for (int at = 2; ; at++) {
      SimulatedMachine machine = new SimulatedMachine(at, onTrial);
      int place = at % 2 == 0 ? 0 : ScheduledFault.AFTER;
      RunningCommand blessing =
          machine.start(
              List.of(new ScheduledFault(at / 2, place, new WorldFault.PowerCut(at % 4 < 2))));
      try {
        assertThat(new Blessing(machine.seenBy(blessing, Progress.NONE)).run(FAILED))
            .isEqualTo(new Blessing.BlessingResult.Unhealthy(NEW, FAILED));
        assertOnTrial(machine);
        assertThat(health(machine)).hasSize(1);
        assertThat(at).isGreaterThan(8);
        break;
      } catch (ProcessKilled power) {
        machine.cutPower();
      }
      assertThat(machine.startSystem()).isInstanceOf(FirmwareModel.Attempt.Up.class);
      run(machine, it -> new Recovery(it).run());
      assertThat(machine.view().strays()).isEmpty();
      assertOnTrial(machine);
      for (Status.Unhealthy boot : health(machine)) {
        assertThat(boot.deployment()).isEqualTo(NEW);
        assertThat(boot.failed()).isEqualTo(FAILED);
        assertThat(boot.inThisBoot()).as("of the boot before the cut").isFalse();
        recorded++;
      }
      Blessing.BlessingResult later = run(machine, it -> new Blessing(it).run(List.of()));
      assertThat(later).isEqualTo(new Blessing.BlessingResult.Blessed(NEW));
      assertThat(health(machine)).isEmpty();
    }
    assertThat(recorded).as("cuts after the record").isGreaterThan(0);
  }

  @Test
  void after_its_trials_the_machine_falls_back_and_knows_why() {
    FirmwareModel.Attempt attempt = new FirmwareModel.Attempt.Stuck("not started");
    for (int boot = 0; boot < TrialState.BOOTS_OF_A_TRIAL; boot++) {
      run(onTrial, it -> new Blessing(it).run(FAILED));
      assertOnTrial(onTrial);
      onTrial.restart();
      attempt = onTrial.startSystem();
    }
    assertThat(attempt)
        .isInstanceOfSatisfying(
            FirmwareModel.Attempt.Up.class, up -> assertThat(up.deployment()).isEqualTo(OLD));

    Blessing.BlessingResult fallenBack = run(onTrial, it -> new Blessing(it).run(FAILED));
    assertThat(fallenBack)
        .as("it has nothing to give way to")
        .isEqualTo(new Blessing.BlessingResult.FellBack(NEW, OLD));

    assertThat(menu(onTrial).byDefault().deployment()).isEqualTo(OLD);
    assertThat(health(onTrial)).extracting(Status.Unhealthy::deployment).containsExactly(NEW, OLD);
  }

  @Test
  void beside_an_update_it_is_never_blessed_and_the_update_goes_through() {
    onTrial.publish(THIRD);
    int refused = 0;
    int unhealthy = 0;
    for (int call = 1; ; call++) {
      SimulatedMachine machine = new SimulatedMachine(call, onTrial);
      List<Blessing.BlessingResult> outcomes = new ArrayList<>();
      machine.runSecondCommandsBy(
          (it, _) -> {
            try {
              outcomes.add(new Blessing(it.seenBy(it.startSecond(), Progress.NONE)).run(FAILED));
            } catch (LockedException held) {
              outcomes.clear();
            }
          });
      RunningCommand update = machine.start(List.of(new ScheduledFault(call, 0, OTHER_COMMAND)));
      new Update(machine.seenBy(update, Progress.NONE)).run(THIRD.reference());
      if (update.struck().isEmpty()) {
        break;
      }
      refused += outcomes.isEmpty() ? 1 : 0;
      unhealthy += outcomes.isEmpty() ? 0 : 1;
      assertThat(outcomes)
          .allMatch(it -> it.equals(new Blessing.BlessingResult.Unhealthy(NEW, FAILED)));
      assertThat(menu(machine).entries())
          .filteredOn(it -> it.deployment().equals(NEW))
          .noneMatch(it -> it.standing() instanceof TrialState.Blessed);
      assertThat(machine.isLocked()).isFalse();
      assertThat(machine.view().strays()).isEmpty();
    }
    assertThat(refused).isGreaterThan(20);
    assertThat(unhealthy).as("while it pulls and proves").isGreaterThan(8);
  }

  @Test
  void two_at_once_bless_nothing_and_leave_one_record() {
    for (int call = 1; ; call++) {
      SimulatedMachine machine = new SimulatedMachine(call, onTrial);
      machine.runSecondCommandsBy(
          (it, _) -> {
            try {
              new Blessing(it.seenBy(it.startSecond(), Progress.NONE)).run(FAILED);
            } catch (LockedException held) {
              assertThat(held).hasMessageContaining("Another container-snap is at work");
            }
          });
      RunningCommand first = machine.start(List.of(new ScheduledFault(call, 0, OTHER_COMMAND)));
      new Blessing(machine.seenBy(first, Progress.NONE)).run(FAILED);
      assertOnTrial(machine);
      assertThat(health(machine)).hasSize(1);
      assertThat(machine.isLocked()).isFalse();
      if (first.struck().isEmpty()) {
        return;
      }
    }
  }
}

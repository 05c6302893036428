package io.github.containersnap.harness.world.simulated;

import static io.github.containersnap.harness.world.simulated.FirstDeployment.run;
import static io.github.containersnap.harness.world.simulated.StruckCommand.atEachPlace;
import static io.github.containersnap.harness.world.simulated.StruckCommand.start;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.Blessing;
import io.github.containersnap.engine.Finalization;
import io.github.containersnap.engine.Recovery;
import io.github.containersnap.engine.Snapshot;
import io.github.containersnap.engine.Switch;
import io.github.containersnap.engine.Update;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.harness.world.DiskView;
import io.github.containersnap.harness.world.FirmwareModel;
import io.github.containersnap.harness.world.HistoryImage;
import io.github.containersnap.harness.world.HistoryImage.Health;
import io.github.containersnap.harness.world.HistoryImage.Specification;
import io.github.containersnap.harness.world.ProcessKilled;
import io.github.containersnap.harness.world.RunningCommand;
import io.github.containersnap.harness.world.ScheduledFault;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is changed in /etc between an update and the restart is there after it (P4). */
class FinalizationTest {
  private static final HistoryImage FIRST = HistoryImage.of(new Specification(1, 1, Health.GOOD));
  private static final HistoryImage SECOND = HistoryImage.of(new Specification(1, 2, Health.GOOD));
  private static final DeploymentId OLD = DeploymentId.pristine(FIRST.id());
  private static final DeploymentId NEW = DeploymentId.pristine(SECOND.id());

  private final SimulatedMachine machine = new SimulatedMachine(1);

  private static List<Finalization.FinalizationResult> finalizeOn(SimulatedMachine on) {
    return run(on, it -> new Finalization(it).run());
  }

  private void edit(String file, String text) {
    edit(OLD, file, text);
  }

  private void edit(DeploymentId id, String file, String text) {
    machine.writeAsAPerson(DiskView.inEtc(id, file), Optional.of(text).filter(it -> !it.isEmpty()));
  }

  private static Map<String, String> etc(SimulatedMachine on, DeploymentId id) {
    Map<String, String> texts = new TreeMap<>();
    on.view().etc(id).orElseThrow().forEach((path, file) -> texts.put(path, file.text()));
    return texts;
  }

  /** Runs the first image, blessed. */
  private void install() {
    FirstDeployment.of(FIRST, machine);
    machine.publish(SECOND);
    run(machine, it -> new Blessing(it).run());
  }

  /** Runs the first image, boots the second next, and has changed /etc since. */
  private Map<String, String> updated() {
    install();
    edit("before", "before the update");
    edit("removed", "before the update");
    run(machine, it -> new Update(it).run(SECOND.reference()));
    Map<String, String> wanted = new TreeMap<>(etc(machine, NEW));
    assertThat(wanted).containsEntry("before", "before the update");
    edit("after", "after the update");
    edit("before", "changed after the update");
    edit("removed", "");
    wanted.put("after", "after the update");
    wanted.put("before", "changed after the update");
    wanted.remove("removed");
    return wanted;
  }

  private static void requireRight(SimulatedMachine on, Map<String, String> wanted) {
    assertThat(on.boot().orElseThrow().deployment()).isEqualTo(NEW);
    assertThat(etc(on, NEW)).isEqualTo(wanted);
    assertThat(on.view().isReadOnly(NEW)).isTrue();
    assertThat(on.view().differenceFromImage(NEW)).isEmpty();
    assertThat(on.view().strays()).isEmpty();
  }

  @Test
  void what_changed_is_there_when_the_system_shut_down_properly() {
    Map<String, String> wanted = updated();
    assertThat(finalizeOn(machine))
        .singleElement()
        .isEqualTo(
            new Finalization.FinalizationResult.Carried(
                NEW, OLD, List.of("after", "before", "removed"), List.of()));
    machine.restart();
    assertThat(etc(machine, NEW)).isEqualTo(wanted); // before anything of the new system has run
    assertThat(machine.startSystem()).isInstanceOf(FirmwareModel.Attempt.Up.class);
    assertThat(finalizeOn(machine))
        .containsExactly(new Finalization.FinalizationResult.Unchanged(NEW));
    requireRight(machine, wanted);
  }

  @Test
  void what_changed_is_there_when_the_power_went_instead() {
    Map<String, String> wanted = updated();
    machine.cutPower();
    start(machine);
    requireRight(machine, wanted);
  }

  @Test
  void what_changed_before_a_power_cut_in_the_first_boot_is_still_there() {
    Map<String, String> wanted = updated();
    machine.cutPower();
    start(machine);
    edit(NEW, "after", ""); // the new system's own choice
    wanted.remove("after");
    machine.cutPower();
    start(machine);
    requireRight(machine, wanted);
  }

  @Test
  void what_is_taken_back_before_the_restart_is_taken_back_in_the_new_system() {
    Map<String, String> wanted = updated();
    finalizeOn(machine); // and the restart does not come
    edit("before", "before the update");
    edit("after", "");
    edit("removed", "back");
    wanted.put("before", "before the update");
    wanted.remove("after");
    wanted.put("removed", "back");
    finalizeOn(machine);
    machine.restart();
    start(machine);
    requireRight(machine, wanted);
  }

  @Test
  void a_blessed_deployment_has_an_etc_of_its_own() {
    Map<String, String> wanted = updated();
    finalizeOn(machine);
    machine.restart();
    start(machine);
    run(machine, it -> new Blessing(it).run());
    edit("late", "in the old system's /etc");
    assertThat(finalizeOn(machine)).isEmpty();
    requireRight(machine, wanted);
    run(machine, it -> new Switch(it).back());
    machine.restart();
    machine.startSystem();
    edit("later", "by the old system");
    run(machine, it -> new Switch(it).back());
    finalizeOn(machine);
    machine.restart();
    start(machine);
    requireRight(machine, wanted);
  }

  @Test
  void what_changed_since_a_snapshot_was_made_is_carried_over_when_that_is_to_boot() {
    install();
    edit("before", "before the snapshot");
    DeploymentId work = run(machine, it -> new Snapshot(it).of(OLD));
    edit(work, "installed", "by a package");
    edit("after", "after the snapshot");
    run(machine, it -> close(it, work));
    // A further transaction, begun where the first has ended.
    DeploymentId next = run(machine, it -> new Snapshot(it).of(work));
    edit("last", "after the second snapshot");
    run(machine, it -> close(it, next));
    run(
        machine,
        it -> {
          new Switch(it).to(next);
          return next;
        });
    finalizeOn(machine);
    machine.restart();
    start(machine);
    assertThat(etc(machine, next))
        .containsEntry("before", "before the snapshot")
        .containsEntry("installed", "by a package")
        .containsEntry("after", "after the snapshot")
        .containsEntry("last", "after the second snapshot");
  }

  private static DeploymentId close(Machine machine, DeploymentId id) {
    machine.ports().btrfs().setReadOnly(machine.layout().deployment(id), true);
    return id;
  }

  @ParameterizedTest
  @EnumSource
  void whatever_strikes_it_wherever_the_first_boot_has_all_changes(Struck struck) {
    Map<String, String> wanted = updated();
    int places =
        atEachPlace(
                machine,
                struck.fault(),
                it -> new Finalization(it).run(),
                it -> requireRight(it, wanted))
            .places();
    assertThat(places).isGreaterThan(40);
  }

  @ParameterizedTest
  @EnumSource(names = {"POWER_CUT", "POWER_CUT_AFTER_A_COMMIT", "KILL"})
  void whatever_strikes_it_in_the_first_boot_the_next_has_all_changes(Struck struck) {
    Map<String, String> wanted = updated();
    int places =
        atEachPlace(
                machine,
                struck.fault(),
                it -> {
                  it.cutPower();
                  it.startSystem();
                },
                it -> new Finalization(it).run(),
                it -> requireRight(it, wanted))
            .places();
    assertThat(places).isGreaterThan(40);
  }

  /** Runs the second image, blessed, with a change in its /etc that the first does not have. */
  private void changedSinceTheUpdate() {
    updated();
    finalizeOn(machine);
    machine.restart();
    start(machine);
    run(machine, it -> new Blessing(it).run());
    edit(NEW, "since", "in the new system");
  }

  @ParameterizedTest
  @EnumSource(names = {"POWER_CUT", "POWER_CUT_AFTER_A_COMMIT", "KILL", "ERROR"})
  void a_rollback_carries_etc_back_and_replaces_the_menu_or_does_neither(Struck struck) {
    changedSinceTheUpdate();
    Map<String, String> before = etc(machine, OLD);
    Map<String, String> carried = new TreeMap<>(before);
    carried.put("since", "in the new system");
    int failures = 0;
    for (int call = 1; ; call++) {
      SimulatedMachine struckMachine = new SimulatedMachine(call, machine);
      RunningCommand command =
          struckMachine.start(List.of(new ScheduledFault(call, 0, struck.fault())));
      boolean failed = false;
      try {
        new Switch(struckMachine.seenBy(command, Progress.NONE)).keepingEtc().back();
      } catch (RuntimeException failure) {
        failed = true;
      } catch (ProcessKilled ended) {
        if (ended.withItsMachine()) {
          struckMachine.cutPower();
          struckMachine.startSystem();
        }
      }
      if (failed) {
        failures++;
        assertThat(etc(struckMachine, OLD)).as("failed at %d", call).isEqualTo(before);
      }
      run(struckMachine, it -> new Recovery(it).run());
      DeploymentId boots = run(struckMachine, it -> it.byDefault().orElseThrow());
      assertThat(struckMachine.view().isReadOnly(OLD)).isTrue();
      assertThat(struckMachine.view().strays()).isEmpty();
      if (boots.equals(OLD)) {
        assertThat(failed).isFalse();
        assertThat(etc(struckMachine, OLD)).as("struck at %d", call).isEqualTo(carried);
      } else {
        assertThat(List.of(before, carried)).contains(etc(struckMachine, OLD));
      }
      if (command.struck().isEmpty()) {
        assertThat(boots).isEqualTo(OLD);
        assertThat(call).isGreaterThan(40);
        assertThat(failures > 20).isEqualTo(struck == Struck.ERROR);
        return;
      }
    }
  }
}

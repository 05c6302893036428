package io.github.containersnap.harness.world.simulated;

import static io.github.containersnap.harness.world.simulated.FirstDeployment.run;
import static io.github.containersnap.harness.world.simulated.StruckCommand.atEachPlace;
import static io.github.containersnap.harness.world.simulated.StruckCommand.start;
import static io.github.containersnap.harness.world.simulated.StruckCommand.withAnErrorAtEachCall;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.Blessing;
import io.github.containersnap.engine.Finalization;
import io.github.containersnap.engine.KernelArgumentChange;
import io.github.containersnap.engine.Recovery;
import io.github.containersnap.engine.Update;
import io.github.containersnap.engine.arguments.KernelArgumentEdit;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.TrialState;
import io.github.containersnap.harness.world.DiskView;
import io.github.containersnap.harness.world.HistoryImage;
import io.github.containersnap.harness.world.HistoryImage.Health;
import io.github.containersnap.harness.world.HistoryImage.Specification;
import io.github.containersnap.harness.world.WorldFault;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * New kernel arguments are in the menu and in /etc, or in neither, wherever the change is struck.
 */
class KernelArgumentChangeTest {
  private static final HistoryImage FIRST = HistoryImage.of(new Specification(1, 1, Health.GOOD));
  private static final HistoryImage SECOND = HistoryImage.of(new Specification(1, 2, Health.GOOD));
  private static final DeploymentId OLD = DeploymentId.pristine(FIRST.id());
  private static final DeploymentId UPDATE = DeploymentId.pristine(SECOND.id());
  private static final KernelArgumentEdit EDIT =
      new KernelArgumentEdit(List.of(), List.of(), List.of("new=1"));

  private final SimulatedMachine machine = new SimulatedMachine(1);

  private void install() {
    FirstDeployment.of(FIRST, machine);
    machine.publish(SECOND);
    run(machine, it -> new Blessing(it).run());
  }

  private static void edit(SimulatedMachine on, DeploymentId id, String file, String text) {
    on.writeAsAPerson(DiskView.inEtc(id, file), Optional.of(text));
  }

  private static DeploymentId change(SimulatedMachine on) {
    return run(on, it -> new KernelArgumentChange(it).to(EDIT)).boots();
  }

  private static BootMenu menu(SimulatedMachine on) {
    return run(on, it -> it.ports().bootloader().menu().orElseThrow());
  }

  private static List<String> inEtc(SimulatedMachine on, DeploymentId id) {
    return run(on, it -> it.deployments().kernelArguments(id).arguments());
  }

  private static void finalizeOn(SimulatedMachine on) {
    run(on, it -> new Finalization(it).run());
  }

  private static String textInEtc(SimulatedMachine on, DeploymentId id, String file) {
    return Objects.requireNonNull(on.view().etc(id).orElseThrow().get(file)).text();
  }

  /** The menu and the files of both its entries agree; one of them has the argument, or none. */
  private static boolean requireWhole(SimulatedMachine on, DeploymentId before) {
    BootMenu menu = menu(on);
    DeploymentId next = menu.byDefault().deployment();
    menu.entries()
        .forEach(entry -> assertThat(inEtc(on, entry.deployment())).isEqualTo(entry.arguments()));
    assertThat(on.view().strays()).isEmpty();
    assertThat(on.view().isReadOnly(next)).isTrue();
    assertThat(on.view().differenceFromImage(next)).isEmpty();
    boolean done = menu.byDefault().arguments().contains("new=1");
    assertThat(next.equals(before)).isEqualTo(!done);
    assertThat(menu.fallback().stream().flatMap(it -> it.arguments().stream()))
        .doesNotContain("new=1");
    return done;
  }

  @Test
  void it_is_on_trial_and_the_system_of_before_keeps_its_arguments() {
    install();
    DeploymentId made = change(machine);
    assertThat(menu(machine).byDefault().standing()).isInstanceOf(TrialState.OnTrial.class);
    assertThat(menu(machine).fallback().orElseThrow().deployment()).isEqualTo(OLD);
    edit(machine, OLD, "late", "before the restart");
    finalizeOn(machine);
    machine.restart();
    start(machine);
    assertThat(machine.boot().orElseThrow().deployment()).isEqualTo(made);
    assertThat(requireWhole(machine, OLD)).isTrue();
    assertThat(textInEtc(machine, made, "late")).isEqualTo("before the restart");
  }

  @Test
  void what_was_not_blessed_and_runs_loses_no_change_made_before_the_restart() {
    install();
    run(machine, it -> new Update(it).run(SECOND.reference()));
    machine.restart();
    start(machine);
    DeploymentId made = change(machine);
    edit(machine, UPDATE, "late", "before the restart");
    finalizeOn(machine);
    machine.restart();
    start(machine);
    assertThat(textInEtc(machine, made, "late")).isEqualTo("before the restart");
  }

  @ParameterizedTest
  @EnumSource
  void whatever_strikes_it_wherever_menu_and_etc_have_the_old_or_the_new(Struck struck) {
    install();
    assertThat(struckAtEachPlace(struck.fault(), OLD)).isGreaterThan(40);
  }

  @ParameterizedTest
  @EnumSource(names = {"POWER_CUT", "POWER_CUT_AFTER_A_COMMIT", "KILL", "ERROR"})
  void the_same_holds_while_an_update_waits_for_the_restart(Struck struck) {
    install();
    run(machine, it -> new Update(it).run(SECOND.reference()));
    assertThat(struckAtEachPlace(struck.fault(), UPDATE)).isGreaterThan(40);
  }

  @Test
  void one_that_reports_a_failure_has_changed_nothing() {
    install();
    int calls =
        withAnErrorAtEachCall(
            machine,
            it -> new KernelArgumentChange(it).to(EDIT),
            (on, failed) -> {
              boolean done = menu(on).byDefault().arguments().contains("new=1");
              assertThat(done).isEqualTo(!failed);
              run(on, it -> new Recovery(it).run());
              assertThat(requireWhole(on, OLD)).isEqualTo(done);
              if (failed) {
                List<DeploymentId> left = run(on, it -> it.deployments().all());
                assertThat(left).containsExactly(OLD);
              }
            });
    assertThat(calls).isGreaterThan(40);
  }

  /**
   * Strikes a change at each place.
   *
   * @return at how many
   */
  private int struckAtEachPlace(WorldFault fault, DeploymentId before) {
    Set<Boolean> seen = new HashSet<>();
    StruckCommand.Reach reach =
        atEachPlace(
            machine,
            fault,
            it -> new KernelArgumentChange(it).to(EDIT),
            on -> {
              boolean done = requireWhole(on, before);
              seen.add(done);
              assertThat(on.boot().orElseThrow().deployment())
                  .isEqualTo(menu(on).byDefault().deployment());
              DeploymentId next = menu(on).byDefault().deployment();
              assertThat(change(on).equals(next)).as("the same change again").isEqualTo(done);
              assertThat(inEtc(on, menu(on).byDefault().deployment())).contains("new=1");
            });
    assertThat(seen).containsExactlyInAnyOrder(false, true);
    return reach.places();
  }
}

package io.github.containersnap.harness.world.simulated;

import static io.github.containersnap.harness.world.simulated.FirstDeployment.run;
import static io.github.containersnap.harness.world.simulated.StruckCommand.atEachPlace;
import static io.github.containersnap.harness.world.simulated.StruckCommand.start;
import static io.github.containersnap.harness.world.simulated.StruckCommand.withAnErrorAtEachCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.engine.Blessing;
import io.github.containersnap.engine.Discard;
import io.github.containersnap.engine.Finalization;
import io.github.containersnap.engine.Recovery;
import io.github.containersnap.engine.Update;
import io.github.containersnap.engine.deployment.RefusedException;
import io.github.containersnap.engine.etc.EtcReset;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.TrialState;
import io.github.containersnap.harness.world.DiskView;
import io.github.containersnap.harness.world.EtcFile;
import io.github.containersnap.harness.world.HistoryImage;
import io.github.containersnap.harness.world.HistoryImage.Health;
import io.github.containersnap.harness.world.HistoryImage.Specification;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A reset is a whole new deployment with the image's /etc, or nothing, wherever it is struck. */
class ResetTest {
  private static final HistoryImage IMAGE = HistoryImage.of(new Specification(1, 1, Health.GOOD));
  private static final DeploymentId OLD = DeploymentId.pristine(IMAGE.id());
  private static final EtcReset KEEPING_USERS = new EtcReset(true, List.of("conf.d/mine"));

  private final SimulatedMachine machine = new SimulatedMachine(1);
  private Map<String, EtcFile> before = Map.of();

  private void install() {
    FirstDeployment.of(IMAGE, machine);
    run(machine, it -> new Blessing(it).run());
    edit(machine, "hostname", Optional.of("mine\n"));
    edit(machine, "machine-id", Optional.of("0123456789abcdef0123456789abcdef\n"));
    edit(
        machine, "passwd", Optional.of("root:x:0:0::/root:/bin/sh\nanna:x:1000:1000::/:/bin/sh\n"));
    edit(machine, "fstab", Optional.of("/dev/vdb none swap sw 0 0\n"));
    edit(machine, "base.conf", Optional.of("changed\n"));
    edit(machine, "added", Optional.of("added\n"));
    edit(machine, "conf.d/mine", Optional.of("mine\n"));
    edit(machine, "conf.d/other", Optional.of("other\n"));
    edit(machine, "application.conf", Optional.empty());
    before = etc(machine, OLD);
  }

  private static void edit(SimulatedMachine on, String file, Optional<String> text) {
    on.writeAsAPerson(DiskView.inEtc(OLD, file), text);
  }

  private static Map<String, EtcFile> etc(SimulatedMachine on, DeploymentId id) {
    return on.view().etc(id).orElseThrow();
  }

  private static BootMenu menu(SimulatedMachine on) {
    return run(on, it -> it.ports().bootloader().menu().orElseThrow());
  }

  private static DeploymentId next(SimulatedMachine on) {
    return menu(on).byDefault().deployment();
  }

  private static DeploymentId reset(SimulatedMachine on, EtcReset kept) {
    return run(on, it -> new Update(it).reset(kept)).deployment();
  }

  /** The /etc of a reset that keeps users and one more file. */
  private void requireReset(Map<String, EtcFile> etc) {
    for (String kept :
        List.of("hostname", "machine-id", "passwd", "shadow", "fstab", "conf.d/mine")) {
      assertThat(etc.get(kept)).as(kept).isEqualTo(before.get(kept));
    }
    for (String fresh : List.of("base.conf", "application.conf", "conf.d/common")) {
      assertThat(etc.get(fresh)).as(fresh).isEqualTo(IMAGE.etc().get(fresh)).isNotNull();
    }
    assertThat(etc).doesNotContainKeys("added", "conf.d/other");
  }

  /** Whether it is done; what ran before is whole either way. */
  private boolean requireWhole(SimulatedMachine on) {
    assertThat(on.view().strays()).isEmpty();
    assertThat(etc(on, OLD)).isEqualTo(before);
    DeploymentId next = next(on);
    assertThat(on.view().isReadOnly(next)).isTrue();
    assertThat(on.view().differenceFromImage(next)).isEmpty();
    boolean done = !next.equals(OLD);
    if (done) {
      assertThat(next.image()).isEqualTo(IMAGE.id());
      requireReset(etc(on, next));
      assertThat(menu(on).fallback().orElseThrow().deployment()).isEqualTo(OLD);
    }
    return done;
  }

  @Test
  void it_is_a_trial_with_the_images_etc_and_what_is_kept() {
    install();
    DeploymentId made = reset(machine, KEEPING_USERS);
    assertThat(menu(machine).byDefault().standing()).isInstanceOf(TrialState.OnTrial.class);
    assertThat(requireWhole(machine)).isTrue();

    edit(machine, "late", Optional.of("before the restart\n"));
    run(machine, it -> new Finalization(it).run());
    machine.restart();
    start(machine);

    assertThat(machine.boot().orElseThrow().deployment()).isEqualTo(made);
    requireReset(etc(machine, made));
    assertThat(etc(machine, made)).containsKey("late");
    run(machine, it -> new Blessing(it).run());
    assertThat(menu(machine).byDefault().standing()).isInstanceOf(TrialState.Blessed.class);
  }

  @Test
  void users_go_only_if_that_is_wanted() {
    install();
    DeploymentId made = reset(machine, new EtcReset(false, List.of()));
    assertThat(etc(machine, made).get("passwd")).isEqualTo(IMAGE.etc().get("passwd"));
    assertThat(etc(machine, made)).doesNotContainKey("conf.d/mine");
    assertThat(etc(machine, made).get("hostname")).isEqualTo(before.get("hostname"));
  }

  @Test
  void what_the_machine_removed_of_what_is_kept_stays_removed() {
    install();
    edit(machine, "hostname", Optional.empty());
    DeploymentId made = reset(machine, KEEPING_USERS);
    assertThat(etc(machine, made)).doesNotContainKey("hostname");
  }

  @Test
  void it_is_taken_back_as_an_update_is() {
    install();
    DeploymentId made = reset(machine, KEEPING_USERS);
    Discard.Discarded discarded = run(machine, it -> new Discard(it).run());
    assertThat(discarded).isEqualTo(new Discard.Discarded(OLD, made, true));
    assertThat(requireWhole(machine)).isFalse();
  }

  @Test
  void without_the_image_in_the_store_it_is_refused() {
    install();
    run(
        machine,
        it -> {
          it.ports().store().discard(IMAGE.id());
          return it;
        });
    assertThatThrownBy(() -> reset(machine, KEEPING_USERS))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("no longer holds the image");
    assertThat(requireWhole(machine)).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void whatever_strikes_it_wherever_it_is_done_or_not(Struck struck) {
    install();
    Set<Boolean> seen = new HashSet<>();
    StruckCommand.Reach reach =
        atEachPlace(
            machine,
            struck.fault(),
            it -> new Update(it).reset(KEEPING_USERS),
            on -> {
              seen.add(requireWhole(on));
              assertThat(on.boot().orElseThrow().deployment()).isEqualTo(next(on));
            });
    assertThat(seen).containsExactlyInAnyOrder(false, true);
    assertThat(reach.calls()).isGreaterThan(40);
  }

  @Test
  void one_that_reports_a_failure_has_changed_nothing() {
    install();
    int calls =
        withAnErrorAtEachCall(
            machine,
            it -> new Update(it).reset(KEEPING_USERS),
            (on, failed) -> {
              run(on, it -> new Recovery(it).run());
              assertThat(requireWhole(on)).isEqualTo(!failed);
            });
    assertThat(calls).isGreaterThan(40);
  }
}

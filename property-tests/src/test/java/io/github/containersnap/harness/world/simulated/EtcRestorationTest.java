package io.github.containersnap.harness.world.simulated;

import static io.github.containersnap.harness.world.simulated.FirstDeployment.run;
import static io.github.containersnap.harness.world.simulated.StruckCommand.atEachPlace;
import static io.github.containersnap.harness.world.simulated.StruckCommand.restartAfter;
import static io.github.containersnap.harness.world.simulated.StruckCommand.start;
import static io.github.containersnap.harness.world.simulated.StruckCommand.struck;
import static io.github.containersnap.harness.world.simulated.StruckCommand.withAnErrorAtEachCall;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.Blessing;
import io.github.containersnap.engine.EtcRestoration;
import io.github.containersnap.engine.Finalization;
import io.github.containersnap.engine.Recovery;
import io.github.containersnap.engine.Update;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.harness.world.DiskView;
import io.github.containersnap.harness.world.EtcFile;
import io.github.containersnap.harness.world.HistoryImage;
import io.github.containersnap.harness.world.HistoryImage.Health;
import io.github.containersnap.harness.world.HistoryImage.Specification;
import io.github.containersnap.harness.world.RunningCommand;
import io.github.containersnap.harness.world.ScheduledFault;
import io.github.containersnap.harness.world.WorldFault;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A file or a directory of /etc that is restored is the administrator's or the image's, whole,
 * wherever the restoration is struck; nothing else of /etc changes, and nothing is left over.
 */
class EtcRestorationTest {
  private static final HistoryImage FIRST = HistoryImage.of(new Specification(1, 1, Health.GOOD));
  private static final HistoryImage SECOND = HistoryImage.of(new Specification(1, 2, Health.GOOD));
  private static final DeploymentId RUNNING = DeploymentId.pristine(FIRST.id());
  private static final DeploymentId UPDATE = DeploymentId.pristine(SECOND.id());
  private static final String FILE = "/etc/hostname";
  private static final String DIRECTORY = "/etc/conf.d";

  private final SimulatedMachine machine = new SimulatedMachine(1);
  private Map<String, EtcFile> before = Map.of();

  private void install() {
    FirstDeployment.of(FIRST, machine);
    machine.publish(SECOND);
    run(machine, it -> new Blessing(it).run());
    edit(machine, "hostname", Optional.of("mine\n"));
    edit(machine, "conf.d/common", Optional.of("mine\n"));
    edit(machine, "conf.d/mine", Optional.of("added\n"));
    edit(machine, "conf.d/1", Optional.empty());
    before = etc(machine, RUNNING);
  }

  private static void edit(SimulatedMachine on, String file, Optional<String> text) {
    on.writeAsAPerson(DiskView.inEtc(RUNNING, file), text);
  }

  private static Map<String, EtcFile> etc(SimulatedMachine on, DeploymentId id) {
    return on.view().etc(id).orElseThrow();
  }

  /** Whether {@code path} is restored; if it is not, /etc is as before. */
  private boolean requireWhole(SimulatedMachine on, String path) {
    assertThat(on.view().strays()).isEmpty();
    Map<String, EtcFile> now = etc(on, RUNNING);
    boolean done = !now.equals(before);
    String below = path.substring("/etc/".length());
    now.forEach(
        (file, content) -> {
          boolean restored = done && (file.equals(below) || file.startsWith(below + "/"));
          assertThat(content).as(file).isEqualTo((restored ? FIRST.etc() : before).get(file));
        });
    if (done && path.equals(DIRECTORY)) {
      assertThat(now).containsKey("conf.d/1").doesNotContainKey("conf.d/mine");
    }
    assertThat(now).containsKeys("hostname", "conf.d/common", "machine-id", "passwd");
    return done;
  }

  @ParameterizedTest
  @EnumSource
  void whatever_strikes_it_wherever_a_file_is_the_old_or_the_images(Struck struck) {
    install();
    assertThat(struckAtEachPlace(struck.fault(), FILE)).isGreaterThan(10);
  }

  @ParameterizedTest
  @EnumSource
  void whatever_strikes_it_wherever_a_directory_is_the_old_or_the_images(Struck struck) {
    install();
    assertThat(struckAtEachPlace(struck.fault(), DIRECTORY)).isGreaterThan(10);
  }

  @ParameterizedTest
  @EnumSource
  void so_is_a_file_that_was_deleted_missing_or_the_images(Struck struck) {
    install();
    edit(machine, "hostname", Optional.empty());
    edit(machine, "application.conf", Optional.empty());
    before = etc(machine, RUNNING);
    int places = 0;
    for (int call = 1; ; call++) {
      SimulatedMachine on = new SimulatedMachine(call, machine);
      RunningCommand command = struckBefore(on, call, struck.fault(), "/etc/application.conf");
      if (command.struck().isEmpty()) {
        assertThat(places).isGreaterThan(10);
        return;
      }
      places++;
      restartAfter(on, command);
      assertThat(on.view().strays()).isEmpty();
      Map<String, EtcFile> now = new TreeMap<>(etc(on, RUNNING));
      EtcFile restored = now.remove("application.conf");
      assertThat(restored).isIn(null, FIRST.etc().get("application.conf"));
      assertThat(now).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {FILE, DIRECTORY})
  void one_that_reports_a_failure_has_changed_nothing(String path) {
    install();
    int calls =
        withAnErrorAtEachCall(
            machine,
            it -> new EtcRestoration(it).of(path, true),
            (on, failed) -> {
              run(on, it -> new Recovery(it).run());
              assertThat(requireWhole(on, path)).isEqualTo(!failed);
            });
    assertThat(calls).isGreaterThan(10);
  }

  @Test
  void what_is_restored_while_an_update_waits_is_restored_in_it_too() {
    install();
    run(machine, it -> new Update(it).run(SECOND.reference()));
    assertThat(textIn(UPDATE)).isEqualTo("mine\n");

    run(machine, it -> new EtcRestoration(it).of(FILE, false));
    run(machine, it -> new Finalization(it).run());
    machine.restart();
    start(machine);

    assertThat(machine.boot().orElseThrow().deployment()).isEqualTo(UPDATE);
    assertThat(textIn(UPDATE)).isEqualTo("localhost\n");
  }

  private String textIn(DeploymentId id) {
    return Objects.requireNonNull(etc(machine, id).get("hostname")).text();
  }

  /** A crash while an update waits: the next system to run is not the one whose /etc it was. */
  @ParameterizedTest
  @EnumSource(names = {"POWER_CUT", "POWER_CUT_AFTER_A_COMMIT"})
  void the_system_that_boots_next_clears_up_in_the_one_before(Struck struck) {
    install();
    run(machine, it -> new Update(it).run(SECOND.reference()));
    before = etc(machine, RUNNING);
    for (int call = 1; ; call++) {
      SimulatedMachine on = new SimulatedMachine(call, machine);
      RunningCommand command = struckBefore(on, call, struck.fault(), FILE);
      if (command.struck().isEmpty()) {
        return;
      }
      restartAfter(on, command);
      assertThat(on.boot().orElseThrow().deployment()).isEqualTo(UPDATE);
      boolean done = requireWhole(on, FILE);
      assertThat(Objects.requireNonNull(etc(on, UPDATE).get("hostname")).text())
          .isEqualTo(done ? "localhost\n" : "mine\n");
    }
  }

  /**
   * Strikes a restoration at each place.
   *
   * @return at how many
   */
  private int struckAtEachPlace(WorldFault fault, String path) {
    Set<Boolean> seen = new HashSet<>();
    StruckCommand.Reach reach =
        atEachPlace(
            machine,
            fault,
            it -> new EtcRestoration(it).of(path, true),
            on -> {
              seen.add(requireWhole(on, path));
              run(on, it -> new EtcRestoration(it).of(path, true));
              assertThat(requireWhole(on, path)).as("the same again").isTrue();
            });
    assertThat(seen).containsExactlyInAnyOrder(false, true);
    return reach.places();
  }

  private static RunningCommand struckBefore(
      SimulatedMachine on, int call, WorldFault fault, String path) {
    return struck(
        on, new ScheduledFault(call, 0, fault), it -> new EtcRestoration(it).of(path, true));
  }
}

package io.github.containersnap.harness.deployments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.engine.Blessing;
import io.github.containersnap.engine.Discard;
import io.github.containersnap.engine.Discard.Discarded;
import io.github.containersnap.engine.Switch;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.NotADeploymentException;
import io.github.containersnap.harness.testkit.MachineOnDisk;
import io.github.containersnap.harness.testkit.TestDisks;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What would boot next is taken back; only what was made for that goes. */
@ExtendWith(TestDisks.Shared.class)
class DiscardTest {
  private final TestDisks disks;

  DiscardTest(TestDisks disks) {
    this.disks = disks;
  }

  private static Discarded discard(MachineOnDisk machine, DeploymentId running) {
    return new Discard(machine.running(running)).run();
  }

  @Test
  void an_update_that_has_not_been_booted_goes_and_what_runs_boots_again() throws IOException {
    disks.onUpdated(
        machine -> {
          Discarded discarded = discard(machine, machine.first());

          assertThat(discarded).isEqualTo(new Discarded(machine.first(), machine.second(), true));
          assertThat(machine.succeeds("get-default")).isEqualTo(machine.first().toString());
          assertThat(machine.root(machine.second())).doesNotExist();
          assertThat(machine.succeeds("status")).contains("fallback  none");
          assertThat(machine.succeeds("recover")).isEmpty();
          assertThat(machine.succeeds("list-images")).contains(disks.second().id());
          assertThat(machine.succeeds("update", disks.second().reference()))
              .isEqualTo(disks.second().id());
        });
  }

  @Test
  void what_the_machine_fell_back_to_before_is_fallen_back_to_again() throws IOException {
    disks.onUpdated(
        machine -> {
          machine.succeeds("pin", machine.first().toString());
          machine.succeeds("update", disks.third().reference());
          DeploymentId third = DeploymentId.parse(disks.third().id());

          Discarded discarded = discard(machine, machine.second());

          assertThat(discarded).isEqualTo(new Discarded(machine.second(), third, true));
          assertThat(machine.succeeds("get-default")).isEqualTo(machine.second().toString());
          assertThat(machine.root(machine.first())).exists();
        });
  }

  @Test
  void what_was_there_before_stays_when_a_rollback_is_taken_back() throws IOException {
    disks.onUpdated(
        machine -> {
          new Switch(machine.running(machine.second())).to(machine.first());

          Discarded discarded = discard(machine, machine.second());

          assertThat(discarded).isEqualTo(new Discarded(machine.second(), machine.first(), false));
          assertThat(machine.root(machine.first())).exists();
          assertThat(machine.succeeds("status"))
              .contains("fallback  " + machine.first().shortForm());
        });
  }

  @Test
  void what_is_pinned_stays() throws IOException {
    disks.onUpdated(
        machine -> {
          machine.succeeds("pin", machine.second().toString());

          assertThat(discard(machine, machine.first()).removed()).isFalse();
          assertThat(machine.root(machine.second())).exists();
          assertThat(machine.succeeds("get-default")).isEqualTo(machine.first().toString());
        });
  }

  @Test
  void what_came_up_once_stays() throws IOException {
    disks.onUpdated(
        machine -> {
          new Blessing(machine.running(machine.second())).run();

          assertThat(discard(machine, machine.first()).removed()).isFalse();
          assertThat(machine.root(machine.second())).exists();
        });
  }

  @Test
  void what_came_up_once_stays_though_the_menu_has_forgotten_it() throws IOException {
    onForgottenThird((machine, third) -> new Switch(machine.running(machine.second())).to(third));
  }

  @Test
  void what_came_up_once_stays_also_if_changes_in_etc_were_carried_to_it() throws IOException {
    onForgottenThird(
        (machine, third) -> {
          Files.writeString(machine.root(machine.second()).resolve("etc/own"), "own");
          new Switch(machine.running(machine.second())).keepingEtc().to(third);
          assertThat(machine.root(third).resolve("etc/own")).hasContent("own");
        });
  }

  /** How the default becomes one that came up before the menu forgot it. */
  private interface Rollback {
    void to(MachineOnDisk machine, DeploymentId third) throws IOException;
  }

  private void onForgottenThird(Rollback rollback) throws IOException {
    disks.onUpdated(
        machine -> {
          machine.succeeds("pin", machine.first().toString());
          machine.succeeds("update", disks.third().reference());
          DeploymentId third = DeploymentId.parse(disks.third().id());
          new Blessing(machine.running(third)).run();
          new Switch(machine.running(third)).to(machine.first());
          new Blessing(machine.running(machine.first())).run();
          new Switch(machine.running(machine.first())).to(machine.second());
          new Blessing(machine.running(machine.second())).run();
          rollback.to(machine, third);

          assertThat(discard(machine, machine.second()))
              .isEqualTo(new Discarded(machine.second(), third, false));
          assertThat(machine.root(third)).exists();
        });
  }

  @Test
  void nothing_pending_is_refused_and_changes_nothing() throws IOException {
    disks.onUpdated(
        machine -> {
          assertThatThrownBy(() -> discard(machine, machine.second()))
              .isInstanceOf(NotADeploymentException.class)
              .hasMessageContaining("the default is current");
          assertThat(machine.run("discard").exit()).isEqualTo(2); // nothing runs
          assertThat(machine.succeeds("get-default")).isEqualTo(machine.second().toString());
        });
  }
}

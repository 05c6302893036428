package io.github.containersnap.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.engine.deployment.Deployments;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.RefusedException;
import io.github.containersnap.engine.model.BootEntry;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.BootedDeployment;
import io.github.containersnap.engine.model.DamagedStateException;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.engine.model.TrialState;
import io.github.containersnap.engine.model.UpdateStep;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is on trial, what ends a trial, and what a machine falls back to. */
class TrialsTest {
  private static final ImageReference REFERENCE = new ImageReference("oci:/srv/os:1");
  private static final DeploymentId A = pristine("a");
  private static final DeploymentId B = pristine("b");
  private static final DeploymentId C = pristine("c");

  @TempDir private Path directory;
  private RecordingPorts ports;

  @BeforeEach
  void a_machine_whose_images_bless_themselves() {
    ports = new RecordingPorts(directory);
    ports.addTheBlessingUnit();
    new Initialization(machine()).run();
  }

  private static DeploymentId pristine(String digit) {
    return DeploymentId.pristine(new ImageId(digit.repeat(64)));
  }

  private Machine machine() {
    return ports.machine(Progress.NONE);
  }

  private void update(DeploymentId id) {
    ports.offer(id.image());
    new Update(machine()).run(REFERENCE);
  }

  private void bootAndBless(DeploymentId id) {
    ports.boot(BootedDeployment.of(id));
    new Blessing(machine()).run();
  }

  private Blessing.BlessingResult bootInsteadOf(DeploymentId failed, DeploymentId id) {
    ports.boot(new BootedDeployment(id, Optional.of(failed)));
    return new Blessing(machine()).run();
  }

  private TrialState byDefault() {
    return ports.menu().orElseThrow().byDefault().standing();
  }

  private BootEntry fallback() {
    return ports.menu().orElseThrow().fallback().orElseThrow();
  }

  @Test
  void the_first_deployment_has_nothing_to_fall_back_to_and_is_not_counted() {
    update(A);
    assertThat(byDefault()).isEqualTo(new TrialState.Untried());
    bootAndBless(A);
    assertThat(byDefault()).isEqualTo(new TrialState.Blessed());
  }

  @Test
  void an_update_is_on_trial_until_it_is_blessed() {
    update(A);
    bootAndBless(A);
    update(B);
    assertThat(byDefault()).isInstanceOf(TrialState.OnTrial.class);
    assertThat(fallback().deployment()).isEqualTo(A);
    assertThat(fallback().standing()).isEqualTo(new TrialState.Blessed());
    ports.boot(BootedDeployment.of(B));
    assertThat(new Blessing(machine()).run()).isEqualTo(new Blessing.BlessingResult.Blessed(B));
    assertThat(byDefault()).isEqualTo(new TrialState.Blessed());
    ports.takeCalls();
    assertThat(new Blessing(machine()).run())
        .isEqualTo(new Blessing.BlessingResult.AlreadyBlessed(B));
    // The commit: an earlier blessing may have been killed before its own.
    assertThat(ports.takeCalls())
        .containsExactly(
            "lock.acquireMenu()", "btrfs.commit(@var/lib/container-snap)", "lock.release");
  }

  @Test
  void updates_that_nobody_blessed_do_not_push_the_blessed_one_out() {
    update(A);
    bootAndBless(A);
    update(B);
    update(C);
    assertThat(fallback().deployment()).isEqualTo(A);
    ports.boot(BootedDeployment.of(C));
    update(B);
    assertThat(fallback().deployment()).as("though C is what runs").isEqualTo(A);
  }

  @Test
  void what_runs_uncounted_has_come_up_and_is_fallen_back_to() {
    ports.countNoBoots();
    update(A);
    update(B);
    assertThat(byDefault()).isEqualTo(new TrialState.Untried());
    ports.boot(BootedDeployment.of(B));
    update(C);
    assertThat(fallback().deployment()).isEqualTo(B);
    update(A);
    assertThat(fallback().deployment()).as("not C, which never ran").isEqualTo(B);
  }

  @Test
  void what_runs_without_a_blessing_does_not_push_the_blessed_one_out() {
    ports.countNoBoots();
    update(A);
    bootAndBless(A);
    update(B);
    ports.boot(BootedDeployment.of(B));
    update(C);
    assertThat(fallback().deployment()).isEqualTo(A);
  }

  @Test
  void after_a_rollback_from_a_blessed_system_an_update_falls_back_to_the_chosen_one() {
    update(A);
    bootAndBless(A);
    update(B);
    bootAndBless(B);
    new Switch(machine()).back();
    update(C);
    assertThat(fallback().deployment()).as("B runs still, but was rolled back from").isEqualTo(A);
  }

  @Test
  void an_image_that_cannot_bless_itself_is_not_counted() throws Exception {
    update(A);
    bootAndBless(A);
    Files.delete(ports.image().resolve(Deployments.BLESSING_UNIT));
    update(B);
    assertThat(byDefault()).isEqualTo(new TrialState.Untried());
  }

  @Test
  void what_came_up_instead_becomes_the_default_and_stays_it() {
    update(A);
    bootAndBless(A);
    update(B);
    assertThat(bootInsteadOf(B, A)).isEqualTo(new Blessing.BlessingResult.FellBack(B, A));
    BootMenu menu = ports.menu().orElseThrow();
    assertThat(menu.byDefault().deployment()).isEqualTo(A);
    assertThat(byDefault()).isEqualTo(new TrialState.Blessed());
    assertThat(fallback().deployment()).isEqualTo(B);
    assertThat(fallback().standing()).isEqualTo(new TrialState.Failed());
    new Blessing(machine()).run();
    assertThat(ports.menu()).contains(menu);
  }

  @Test
  void a_fallback_that_somebody_chose_by_hand_changes_nothing() {
    update(A);
    bootAndBless(A);
    update(B);
    Optional<BootMenu> menu = ports.menu();
    ports.boot(BootedDeployment.of(A));
    assertThat(new Blessing(machine()).run())
        .isInstanceOf(Blessing.BlessingResult.NothingToBless.class);
    assertThat(ports.menu()).isEqualTo(menu);
  }

  @Test
  void a_default_that_another_boot_gave_up_on_is_none_of_this_boots_business() {
    update(A);
    bootAndBless(A);
    update(B);
    assertThat(bootInsteadOf(C, A)).isInstanceOf(Blessing.BlessingResult.NothingToBless.class);
  }

  @Test
  void what_the_boot_menu_does_not_name_is_not_blessed() {
    update(A);
    ports.boot(BootedDeployment.of(C));
    assertThat(new Blessing(machine()).run())
        .isInstanceOf(Blessing.BlessingResult.NothingToBless.class);
  }

  @Test
  void an_image_that_was_fallen_back_from_is_refused_until_a_retry() {
    update(A);
    bootAndBless(A);
    update(B);
    bootInsteadOf(B, A);
    assertThatThrownBy(() -> update(B))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("did not come up");
    assertThatThrownBy(() -> UpdatePreview.of(machine(), REFERENCE))
        .isInstanceOf(RefusedException.class);
    Update.UpdateResult again = new Update(machine()).retrying().run(REFERENCE);
    assertThat(again.deployment().image()).isEqualTo(B.image());
    assertThat(byDefault()).isInstanceOf(TrialState.OnTrial.class);
    assertThat(fallback().deployment()).isEqualTo(A);
  }

  @Test
  void asking_what_an_update_would_do_gives_no_work_number_away() {
    update(A);
    bootAndBless(A);
    update(B);
    ports.offer(A.image());
    List<UpdatePreview> asked =
        List.of(UpdatePreview.of(machine(), REFERENCE), UpdatePreview.of(machine(), REFERENCE));
    assertThat(asked)
        .allSatisfy(
            it ->
                assertThat(it)
                    .isInstanceOfSatisfying(
                        UpdatePreview.WouldDeploy.class,
                        would ->
                            assertThat(would.deployment())
                                .isEqualTo(new DeploymentId(A.image(), 1))));
    assertThat(machine().layout().lastWorkNumber()).doesNotExist();
    assertThat(new Update(machine()).run(REFERENCE).deployment())
        .isEqualTo(new DeploymentId(A.image(), 1));
  }

  @Test
  void an_update_to_another_image_forgets_the_failed_one() {
    update(A);
    bootAndBless(A);
    update(B);
    bootInsteadOf(B, A);
    update(C);
    assertThat(fallback().deployment()).isEqualTo(A);
    assertThat(machine().deployments().all()).containsExactly(A, C);
  }

  @Test
  void nobody_rolls_back_to_what_failed_without_saying_so() {
    update(A);
    bootAndBless(A);
    update(B);
    bootInsteadOf(B, A);
    assertThatThrownBy(() -> new Switch(machine()).back())
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("did not come up");
    new Switch(machine()).to(B);
    assertThat(byDefault()).as("a new trial").isInstanceOf(TrialState.OnTrial.class);
  }

  @Test
  void a_rollback_to_what_was_blessed_is_no_trial() {
    update(A);
    bootAndBless(A);
    update(B);
    new Switch(machine()).back();
    assertThat(ports.menu().orElseThrow().byDefault().deployment()).isEqualTo(A);
    assertThat(byDefault()).isEqualTo(new TrialState.Blessed());
    assertThat(fallback().standing())
        .as("its trial was cut short")
        .isEqualTo(new TrialState.Untried());
    new Switch(machine()).back();
    assertThat(byDefault()).isInstanceOf(TrialState.OnTrial.class);
  }

  @Test
  void other_kernel_arguments_of_what_was_blessed_are_a_new_trial() throws Exception {
    update(A);
    bootAndBless(A);
    update(B);
    bootAndBless(B);
    Path arguments = machine().deployments().root(B).etc().resolve("kernel/cmdline");
    Files.createDirectories(arguments.getParent());
    Files.writeString(arguments, "init=/bin/false\n");
    new Switch(machine()).to(B);
    assertThat(byDefault()).isInstanceOf(TrialState.OnTrial.class);
    assertThat(fallback().deployment()).isEqualTo(A);
    bootAndBless(B);
    new Switch(machine()).to(B);
    assertThat(byDefault()).as("nothing has changed since").isEqualTo(new TrialState.Blessed());
  }

  @Test
  void a_record_that_is_a_link_out_of_the_deployment_is_none() throws Exception {
    update(A);
    Path record = machine().deployments().root(A).record();
    Path outside = Files.move(record, directory.resolve("outside.json"));
    Files.createSymbolicLink(record, outside);
    assertThatThrownBy(() -> machine().deployments().record(A))
        .isInstanceOf(DamagedStateException.class);
    Files.delete(record);
    Files.createSymbolicLink(
        machine().deployments().root(A).snapshotRecord(), directory.resolve("snapshot.json"));
    Files.writeString(directory.resolve("snapshot.json"), "{\"schema\":1,\"base\":\"" + B + "\"}");
    assertThat(machine().deployments().baseOf(A)).isEmpty();
  }

  @Test
  void an_update_that_empties_a_link_to_the_resolver_s_file_says_so() throws Exception {
    Path link = ports.image().resolve("etc/resolv.conf");
    Files.createSymbolicLink(link, Path.of("../run/systemd/resolve/stub-resolv.conf"));
    update(A);
    Files.delete(link);
    Files.createFile(link);
    List<String> notes = new ArrayList<>();
    ports.offer(B.image());
    new Update(ports.machine(noting(notes))).run(REFERENCE);
    assertThat(notes)
        .anySatisfy(
            note ->
                assertThat(note)
                    .startsWith("warning: /etc/resolv.conf is a link to ../run/systemd")
                    .contains("an empty file in the image"));
  }

  private static Progress noting(List<String> notes) {
    return new Progress() {
      @Override
      public void enters(UpdateStep step) {}

      @Override
      public void notes(String line) {
        notes.add(line);
      }
    };
  }

  private List<String> next() {
    return Status.of(machine()).next();
  }

  @Test
  void the_status_says_at_each_point_what_is_next() {
    assertThat(next()).containsExactly("`container-snap update REF` makes the first deployment.");
    update(A);
    bootAndBless(A);
    assertThat(next()).isEmpty();
    update(B);
    assertThat(next())
        .containsExactly(
            "Restart to boot bbbbbbbbbbbb. It is on trial: if it has not come up within 3 boots,"
                + " aaaaaaaaaaaa boots again.");
    ports.boot(BootedDeployment.of(B));
    assertThat(next())
        .containsExactly(
            "bbbbbbbbbbbb is on trial. It is blessed once its boot is complete;"
                + " `container-snap bless` does it now.");
    ports.boot(new BootedDeployment(A, Optional.of(B)));
    assertThat(next())
        .containsExactly(
            "bbbbbbbbbbbb did not come up, and aaaaaaaaaaaa boots instead. The system settles that"
                + " once its boot is complete; `container-snap bless` does it now.");
    new Blessing(machine()).run();
    assertThat(next())
        .containsExactly(
            ("bbbbbbbbbbbb did not come up and was fallen back from. `journalctl --list-boots` may"
                    + " know of its boots; `container-snap switch %s` tries it again.")
                .formatted(B.shortForm()));
  }
}

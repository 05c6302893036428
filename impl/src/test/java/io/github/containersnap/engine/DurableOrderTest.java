package io.github.containersnap.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.engine.bootable.UnbootableImageException;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.BootEntry;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.DamagedStateException;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.FilesystemFullException;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.NotADeploymentException;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.engine.model.UnprovenImageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The order of the calls that make something durable, and what a failure at one of them leaves. */
class DurableOrderTest {
  private static final ImageReference REFERENCE = new ImageReference("oci:/srv/os:1");
  private static final ImageId A = new ImageId("a".repeat(64));
  private static final ImageId B = new ImageId("b".repeat(64));
  private static final ImageId C = new ImageId("c".repeat(64));

  @TempDir private Path directory;
  private final List<String> notes = new ArrayList<>();
  private RecordingPorts ports;
  private Machine machine;

  @BeforeEach
  void a_prepared_machine() {
    ports = new RecordingPorts(directory);
    machine = ports.machineThatNotes(notes);
    new Initialization(machine).run();
  }

  private Update.UpdateResult update(ImageId image) {
    ports.offer(image);
    ports.takeCalls();
    return new Update(machine).run(REFERENCE);
  }

  private List<DeploymentId> onDisk() {
    return machine.deployments().all();
  }

  private static DeploymentId pristine(ImageId image) {
    return DeploymentId.pristine(image);
  }

  @Test
  void the_layout_says_last_that_it_is_there() {
    RecordingPorts fresh = new RecordingPorts(directory.resolve("fresh"));
    new Initialization(fresh.machine(Progress.NONE)).run();
    assertThat(fresh.takeCalls())
        .containsExactly(
            "btrfs.createSubvolume(@var)",
            "files.createDirectories(@var/lib/container-snap)",
            "bootloader.initialize()",
            "store.initialize()",
            "files.createDirectories(journal)",
            "files.createDirectories(pins)",
            "files.write(lock)",
            "files.deleteTree(spare-room.new)",
            "files.reserve(spare-room.new)",
            "files.rename(spare-room.new -> spare-room)",
            "files.createDirectories(deployments)",
            "btrfs.commit(@var/lib/container-snap)");
  }

  @Test
  void every_step_of_an_update_is_durable_before_the_next_one_needs_it() {
    update(A);
    assertThat(update(B)).isEqualTo(new Update.UpdateResult.Updated(pristine(B)));
    assertThat(ports.takeCalls())
        .containsExactly(
            "lock.acquireTransaction()",
            "bootloader.removeLeftovers()",
            "store.removeLeftovers()",
            "files.replaceDurably(journal/transaction.json)",
            "store.pull()",
            "btrfs.commit(snapshots)",
            "store.prove()",
            "btrfs.snapshot(image -> deployments/.draft-b)",
            "files.createDirectories(deployments/.draft-b/usr/lib/container-snap-deployment)",
            "files.write(deployments/.draft-b/usr/lib/container-snap-deployment/deployment.json)",
            "files.rename(deployments/.draft-b/etc ->"
                + " deployments/.draft-b/usr/lib/container-snap-deployment/etc)",
            "btrfs.createSubvolume(deployments/.draft-b/etc)",
            "files.copyTree(deployments/.draft-b/usr/lib/container-snap-deployment/etc ->"
                + " deployments/.draft-b/etc)",
            "btrfs.snapshot(deployments/a/etc -> deployments/.draft-running-etc)",
            "files.createDirectories(etc/b)",
            "files.write(etc/b/origin.json)",
            "files.rename(deployments/.draft-running-etc -> etc/b/base)",
            "btrfs.setReadOnly(deployments/.draft-b)",
            "files.rename(deployments/.draft-b -> deployments/b)",
            "btrfs.commit(deployments)",
            "bootloader.replaceMenu()",
            "files.deleteDurably(journal/transaction.json)",
            "lock.release");
    assertThat(ports.menu().map(menu -> menu.byDefault().deployment())).contains(pristine(B));
    assertThat(ports.menu().flatMap(BootMenu::fallback).map(BootEntry::deployment))
        .contains(pristine(A));
  }

  @Test
  void nothing_is_pruned_before_the_journal_is_cleared() {
    update(A);
    update(B);
    update(C);
    assertThat(ports.takeCalls())
        .containsSubsequence(
            "bootloader.replaceMenu()",
            "files.deleteDurably(journal/transaction.json)",
            "files.rename(deployments/a -> deployments/.discard-a)",
            "btrfs.setReadOnly(deployments/.discard-a)",
            "btrfs.deleteSubvolume(deployments/.discard-a/etc)",
            "btrfs.deleteSubvolume(deployments/.discard-a)",
            "store.discard()",
            "lock.release");
    assertThat(onDisk()).containsExactly(pristine(B), pristine(C));
    assertThat(notes).contains("pruned deployment " + pristine(A).shortForm());
  }

  @Test
  void an_image_that_is_the_default_changes_nothing() {
    update(A);
    assertThat(update(A)).isEqualTo(new Update.UpdateResult.AlreadyDefault(pristine(A)));
    // The commit: the switch to it may have been killed before its own.
    assertThat(ports.takeCalls())
        .containsExactly(
            "lock.acquireTransaction()",
            "bootloader.removeLeftovers()",
            "store.removeLeftovers()",
            "btrfs.commit(@var/lib/container-snap)",
            "lock.release");
  }

  @Test
  void a_work_number_is_durable_before_it_is_used_and_is_never_given_twice() {
    update(A);
    update(B);
    new Switch(machine).back();
    update(B);
    DeploymentId first = new DeploymentId(B, 1);
    assertThat(ports.takeCalls())
        .containsSubsequence(
            "files.replaceDurably(last-work-number)",
            "files.replaceDurably(journal/transaction.json)",
            "store.pull()");
    assertThat(ports.menu().map(menu -> menu.byDefault().deployment())).contains(first);
  }

  @Test
  void a_work_number_that_was_wasted_stays_wasted() {
    update(A);
    update(B);
    new Switch(machine).back();
    ports.failAt("bootloader.replaceMenu");
    assertThatThrownBy(() -> update(B)).hasMessageContaining("injected");
    assertThat(onDisk()).containsExactly(pristine(A), pristine(B));
    ports.failAt("nothing");
    assertThat(update(B)).isEqualTo(new Update.UpdateResult.Updated(new DeploymentId(B, 2)));
  }

  @Test
  void recovery_makes_its_removals_durable_before_the_journal_forgets() {
    update(A);
    ports.failAt("bootloader.replaceMenu");
    assertThatThrownBy(() -> update(B)).hasMessageContaining("injected");
    assertThat(ports.takeCalls())
        .containsSubsequence(
            "btrfs.commit(deployments)",
            "bootloader.replaceMenu()",
            "files.rename(deployments/b -> deployments/.discard-b)",
            "btrfs.deleteSubvolume(deployments/.discard-b/etc)",
            "btrfs.deleteSubvolume(deployments/.discard-b)",
            "btrfs.commit(@var/lib/container-snap)",
            "files.deleteDurably(journal/transaction.json)",
            "lock.release");
    assertThat(onDisk()).containsExactly(pristine(A));
    assertThat(notes).contains("removed bbbbbbbbbbbb: its update had not reached the commit point");
  }

  @Test
  void a_recovery_that_is_itself_cut_is_finished_by_the_next() {
    update(A);
    ports.failAt("btrfs.commit");
    assertThatThrownBy(() -> update(B)).hasMessageContaining("injected");
    ports.failAt("nothing");
    assertThat(new Recovery(machine).run())
        .containsExactly("undid an update to bbbbbbbbbbbb that had not made a deployment");
    assertThat(new Recovery(machine).run()).isEmpty();
  }

  @Test
  void what_fails_after_the_commit_point_is_a_note_and_no_failure() {
    update(A);
    update(B);
    ports.failAt("btrfs.deleteSubvolume(deployments/.discard");
    assertThat(update(C)).isEqualTo(new Update.UpdateResult.Updated(pristine(C)));
    assertThat(notes)
        .anyMatch(
            line -> line.startsWith("warning: deployment aaaaaaaaaaaa could not be pruned: "));
    ports.failAt("nothing");
    assertThat(new Recovery(machine).run()).hasSize(1).allMatch(l -> l.startsWith("removed .disc"));
  }

  @Test
  void shared_directories_begin_as_the_first_image_that_has_them_and_stay() throws IOException {
    Path example = Files.createDirectories(ports.image().resolve("root"));
    Files.writeString(example.resolve(".profile"), "first");
    Files.setPosixFilePermissions(example, PosixFilePermissions.fromString("rwx------"));
    Path shared = ports.layout().shared("root");
    update(A);
    assertThat(shared.resolve(".profile")).hasContent("first");
    assertThat(Files.getPosixFilePermissions(shared))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    assertThat(ports.layout().shared("home")).doesNotExist();
    assertThat(ports.takeCalls())
        .containsSubsequence(
            "btrfs.createSubvolume(deployments/.draft-@root)",
            "btrfs.commit(deployments/.draft-@root)",
            "files.rename(deployments/.draft-@root -> @root)");

    Files.writeString(shared.resolve(".profile"), "changed here");
    update(B);
    assertThat(shared.resolve(".profile")).hasContent("changed here");
  }

  @Test
  void a_rollback_does_not_wait_for_a_recovery_that_fails() {
    update(A);
    update(B);
    ports.failAt("btrfs.deleteSubvolume(deployments/.discard");
    assertThat(update(C)).isEqualTo(new Update.UpdateResult.Updated(pristine(C)));
    assertThat(new Switch(machine).back()).isEqualTo(pristine(B));
    assertThat(notes)
        .anyMatch(
            line ->
                line.startsWith("warning: .discard-") && line.contains(" could not be removed: "));
    ports.failAt("nothing");
    assertThat(new Recovery(machine).run()).hasSize(1).allMatch(l -> l.startsWith("removed .disc"));
    assertThat(onDisk()).containsExactly(pristine(B), pristine(C));
  }

  @Test
  void an_update_that_had_reached_the_commit_point_is_kept_by_recovery() {
    update(A);
    ports.failAt("files.deleteDurably");
    assertThat(update(B)).isEqualTo(new Update.UpdateResult.Updated(pristine(B)));
    ports.failAt("nothing");
    assertThat(new Recovery(machine).run())
        .containsExactly("kept bbbbbbbbbbbb: its update had reached the commit point");
    assertThat(onDisk()).containsExactly(pristine(A), pristine(B));
  }

  @Test
  void a_journal_of_absurd_size_does_not_stop_recovery() throws IOException {
    update(A);
    Path journal = ports.layout().journal().resolve("transaction.json");
    Files.writeString(journal, "x".repeat(70_000));
    assertThat(new Recovery(machine).run())
        .singleElement()
        .asString()
        .startsWith("ignored a journal that cannot be read (");
    assertThat(journal).doesNotExist();
  }

  @Test
  void an_image_that_does_not_fit_is_refused_before_the_first_write() {
    ports.claimLayerOf(30_000_000);
    assertThatThrownBy(() -> update(A))
        .isInstanceOf(FilesystemFullException.class)
        .hasMessage(
            "The image needs 159.1 MiB of data; %s has 100.0 MiB free."
                .formatted(ports.layout().system()));
    assertThat(ports.takeCalls())
        .containsExactly(
            "lock.acquireTransaction()",
            "bootloader.removeLeftovers()",
            "store.removeLeftovers()",
            "btrfs.commit(@var/lib/container-snap)", // what was just deleted counts after it
            "btrfs.awaitFreed(@var/lib/container-snap)",
            "bootloader.removeLeftovers()",
            "store.removeLeftovers()",
            "lock.release");
  }

  @Test
  void a_layer_that_claims_an_absurd_size_is_refused_like_any_other() {
    for (long claim : new long[] {Long.MAX_VALUE, Long.MAX_VALUE / 2, Long.MAX_VALUE / 4}) {
      ports.claimLayerOf(claim);
      assertThatThrownBy(() -> update(A)).isInstanceOf(FilesystemFullException.class);
    }
  }

  @Test
  void what_does_not_stand_the_proof_is_pulled_again_and_then_the_store_is_made_anew() {
    ports.spoilPulls(2);
    assertThat(update(A)).isEqualTo(new Update.UpdateResult.Updated(pristine(A)));
    assertThat(ports.takeCalls())
        .containsSubsequence(
            "store.pull()",
            "btrfs.commit(snapshots)",
            "store.prove()",
            "store.discard()",
            "store.pull()",
            "btrfs.commit(snapshots)",
            "store.prove()",
            "store.wipe()",
            "store.initialize()",
            "store.pull()",
            "btrfs.commit(snapshots)",
            "store.prove()",
            "btrfs.snapshot(image -> deployments/.draft-a)");
    assertThat(notes)
        .contains(
            "The store's copy of image aaaaaaaaaaaa is not what its digest says: a file is empty."
                + " It is removed and pulled again.");
  }

  @Test
  void what_never_stands_the_proof_is_never_deployed() {
    ports.spoilPulls(3);
    assertThatThrownBy(() -> update(A)).isInstanceOf(UnprovenImageException.class);
    assertThat(onDisk()).isEmpty();
    assertThat(ports.menu()).isEmpty();
  }

  @Test
  void an_image_that_cannot_boot_costs_no_draft() throws IOException {
    Files.delete(ports.image().resolve("usr/lib/modules/6.12/vmlinuz"));
    assertThatThrownBy(() -> update(A)).isInstanceOf(UnbootableImageException.class);
    assertThat(ports.takeCalls()).noneMatch(call -> call.startsWith("btrfs.snapshot"));
  }

  @Test
  void a_switch_repairs_a_menu_that_cannot_be_read() {
    update(A);
    update(B);
    ports.damageMenu();
    assertThatThrownBy(() -> machine.byDefault()).isInstanceOf(DamagedStateException.class);
    new Switch(machine).to(pristine(A));
    assertThat(ports.menu())
        .contains(new BootMenu(machine.deployments().entry(pristine(A)), Optional.empty()));
    assertThat(notes)
        .contains(ports.layout().bootMenu() + " is damaged: it has no entry. It is written again.");
  }

  @Test
  void a_switch_repairs_a_menu_that_cannot_be_read_after_an_interrupted_update_too() {
    update(A);
    ports.failAt("btrfs.commit");
    assertThatThrownBy(() -> update(B)).hasMessageContaining("injected");
    ports.failAt("nothing");
    ports.damageMenu();
    new Switch(machine).to(pristine(A));
    assertThat(new Recovery(machine).run()).hasSize(1);
    assertThat(onDisk()).containsExactly(pristine(A));
  }

  @Test
  void two_rollbacks_lead_back() {
    update(A);
    update(B);
    assertThat(new Switch(machine).back()).isEqualTo(pristine(A));
    assertThat(new Switch(machine).back()).isEqualTo(pristine(B));
    assertThat(ports.menu().flatMap(BootMenu::fallback).map(BootEntry::deployment))
        .contains(pristine(A));
  }

  @Test
  void without_a_fallback_there_is_no_rollback() {
    update(A);
    assertThatThrownBy(() -> new Switch(machine).back())
        .isInstanceOf(NotADeploymentException.class)
        .hasMessage("There is no fallback to roll back to.");
  }
}

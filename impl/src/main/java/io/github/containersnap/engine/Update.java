package io.github.containersnap.engine;

import io.github.containersnap.engine.bootable.BootTree;
import io.github.containersnap.engine.bootable.BootableCheck;
import io.github.containersnap.engine.bootable.OsRelease;
import io.github.containersnap.engine.deployment.DeploymentRecord;
import io.github.containersnap.engine.deployment.Deployments;
import io.github.containersnap.engine.deployment.EtcOrigin;
import io.github.containersnap.engine.deployment.EtcOrigins;
import io.github.containersnap.engine.deployment.Journal;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.MountPoints;
import io.github.containersnap.engine.deployment.NextMenu;
import io.github.containersnap.engine.deployment.RecordJson;
import io.github.containersnap.engine.deployment.RefusedException;
import io.github.containersnap.engine.deployment.SharedDirectories;
import io.github.containersnap.engine.deployment.SpareRoom;
import io.github.containersnap.engine.deployment.TukitNeeds;
import io.github.containersnap.engine.etc.EtcConflicts;
import io.github.containersnap.engine.etc.EtcMerge;
import io.github.containersnap.engine.etc.EtcReset;
import io.github.containersnap.engine.etc.LostResolver;
import io.github.containersnap.engine.model.BootFiles;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.SealedRoot;
import io.github.containersnap.engine.model.UpdateException;
import io.github.containersnap.engine.model.UpdateStep;
import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.engine.port.Ports;
import io.github.containersnap.engine.port.SystemLock;
import io.github.containersnap.etc.EtcConflict;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The update transaction (DESIGN §5), whole or not at all.
 *
 * <p>{@link #transaction} lists the nine steps. The comment on each says what a power cut in that
 * step leaves, and which step of the next run repairs it. "Old" means that the machine boots what
 * it booted before.
 */
public final class Update {
  private final Machine machine;
  private final boolean retrying;
  private final Ports ports;
  private final DeploymentLayout layout;
  private final Deployments deployments;
  private final Journal journal;

  /** Updates {@code machine}. */
  public Update(Machine machine) {
    this(machine, false);
  }

  private Update(Machine machine, boolean retrying) {
    this.machine = machine;
    this.retrying = retrying;
    this.ports = machine.ports();
    this.layout = machine.layout();
    this.deployments = machine.deployments();
    this.journal = new Journal(ports.files(), layout);
  }

  /** Returns an update that also deploys an image from which this machine has fallen back. */
  public Update retrying() {
    return new Update(machine, true);
  }

  /**
   * Brings the machine to what {@code wanted} leads to. When this returns {@link
   * UpdateResult.Updated}, the next boot is the new deployment, whatever happens to the power.
   *
   * @throws UpdateException if it cannot be done; the machine then boots what it booted before,
   *     unless it is a {@link io.github.containersnap.engine.model.MenuInDoubtException}
   */
  public UpdateResult run(ImageReference wanted) {
    return new Transaction(machine)
        .pulling(held -> whileLocked(held, () -> transaction(wanted, held)));
  }

  /**
   * Deploys the image of the current deployment once more, with the image's /etc but for what
   * {@code kept} keeps. It is the same transaction as an update, without a pull, and ends in a
   * trial.
   *
   * @throws RefusedException if no image is behind the current deployment, or the store has it no
   *     more
   * @throws UpdateException if it cannot be done; the machine then boots what it booted before
   */
  public UpdateResult.Updated reset(EtcReset kept) {
    return new Transaction(machine)
        .pulling(held -> whileLocked(held, () -> resetTransaction(kept, held)));
  }

  private <T> T whileLocked(SystemLock.HeldTransaction held, Supplier<T> work) {
    try {
      return work.get();
    } catch (RuntimeException failure) {
      recoverFrom(failure, held);
      throw failure;
    }
  }

  private void recoverFrom(RuntimeException failure, SystemLock.HeldTransaction held) {
    try (SystemLock.Held menu = held.menu()) {
      new Recovery(machine).after(failure);
    } catch (RuntimeException locked) {
      failure.addSuppressed(locked); // the next recovery does it
    }
  }

  /**
   * Steps 2 to 5 wait for the network, so they do not hold the menu's part of the lock: a blessing
   * can run during them. It replaces the menu by one that names the same deployments, and removes
   * what is kept beside the running deployment's /etc. Steps 3 to 5 read neither; what step 2 has
   * decided by the menu, step 6 decides again. A crash then leaves the menu from before the
   * blessing or from after it, and the journal of an update that no menu names: step 1 of the next
   * run clears it.
   */
  private UpdateResult transaction(ImageReference wanted, SystemLock.HeldTransaction held) {
    try (SystemLock.Held menu = held.menu()) {
      recoverInterrupted(); // 1 crash: old. Idempotent, also when itself cut.
    }
    ImageStore.Resolved image = resolve(wanted); // 2 crash: old. Nothing written yet.
    Optional<DeploymentId> already = defaultOf(image.id());
    if (already.isPresent()) {
      // The command that made it the default may have been killed before its last commit.
      ports.btrfs().commit(layout.state());
      return new UpdateResult.AlreadyDefault(already.get());
    }
    requireThatItMay(image);
    DeploymentId id = journalIntent(wanted, image.id()); // 3 crash: old, a journal: 1 clears it.
    // 3, 4 crash: old, and half a layer in the store: 1 removes it, and 4 proves the rest again.
    ImageStore.Proven proven = pullAndProve(wanted, image);
    DeploymentRecord record = check(wanted, image.id(), proven); // 5 crash: old. Reads only.
    try (SystemLock.Held menu = held.menu()) {
      Optional<DeploymentId> meanwhile = defaultOf(image.id());
      if (meanwhile.isPresent()) {
        recoverInterrupted(); // clears this update's journal, and commits
        return new UpdateResult.AlreadyDefault(meanwhile.get());
      }
      // 6 crash: old, with drafts and records: 1 removes them. A finished @home, @root or @srv
      // stays.
      SealedRoot draft = draft(id, proven, record, this::mergeEtc);
      seal(id, draft); // 7 crash: old; 1 removes the deployment.
      makeDefault(id); // 8 COMMIT POINT: one rename, one full commit. crash: old or new.
      settle(); // 9 crash: new. Clears the journal, prunes; 1 does what is left.
      return new UpdateResult.Updated(id);
    }
  }

  /** As {@link #transaction}; a crash leaves the same, and the same steps repair it. */
  private UpdateResult.Updated resetTransaction(EtcReset kept, SystemLock.HeldTransaction held) {
    try (SystemLock.Held menu = held.menu()) {
      recoverInterrupted(); // 1 crash: old.
    }
    DeploymentId current = machine.requireCurrent(); // 2 crash: old. Nothing written yet.
    if (deployments.adoptedFrom(current).isPresent()) {
      throw RefusedException.noImageBehind(current);
    }
    ImageReference origin = new ImageReference(deployments.record(current).reference());
    ImageId image = current.image();
    if (ports.store().list().stream().noneMatch(it -> it.id().equals(image))) {
      throw RefusedException.imageGone(current, origin.text());
    }
    new Preflight(machine).requireForSnapshot();
    DeploymentId id = journalIntent(origin, image); // 3 crash: old, a journal: 1 clears it.
    machine.progress().enters(UpdateStep.PROVE);
    ImageStore.Proven proven = ports.store().prove(image); // 4 crash: as 3.
    DeploymentRecord record = check(origin, image, proven); // 5 crash: as 3. Reads only.
    try (SystemLock.Held menu = held.menu()) {
      // 6 crash: old, with drafts and records: 1 removes them.
      SealedRoot draft = draft(id, proven, record, (made, root) -> resetEtc(kept, made, root));
      seal(id, draft); // 7 crash: old; 1 removes the deployment.
      makeDefault(id); // 8 COMMIT POINT: one rename, one full commit. crash: old or new.
      settle(); // 9 crash: new. Clears the journal, prunes; 1 does what is left.
      return new UpdateResult.Updated(id);
    }
  }

  private void recoverInterrupted() {
    machine.progress().enters(UpdateStep.RECOVER);
    new Transaction(machine).recover();
  }

  private ImageStore.Resolved resolve(ImageReference wanted) {
    machine.progress().enters(UpdateStep.RESOLVE);
    return machine.resolve(wanted);
  }

  private Optional<DeploymentId> defaultOf(ImageId image) {
    return machine.byDefault().filter(id -> id.image().equals(image));
  }

  private void requireThatItMay(ImageStore.Resolved image) {
    if (!retrying) {
      machine.refuseFailed(image.id());
    }
    new Preflight(machine).require(image);
  }

  private DeploymentId journalIntent(ImageReference wanted, ImageId image) {
    DeploymentId id = machine.workNumbers().unused(image);
    // Durable before the first write it speaks of, so that recovery knows whose deployment this is.
    journal.open(new Journal.Intent(1, id.toString(), image.hex(), wanted.text()));
    return id;
  }

  private ImageStore.Proven pullAndProve(ImageReference wanted, ImageStore.Resolved image) {
    return new ProvenPull(machine).run(wanted, image);
  }

  /** Looks for all that a boot needs in the tree that was proven, before anything is made of it. */
  private DeploymentRecord check(ImageReference wanted, ImageId image, ImageStore.Proven proven) {
    machine.progress().enters(UpdateStep.CHECK);
    BootFiles bootFiles = BootableCheck.require(image, proven.tree());
    return new DeploymentRecord(
        1,
        image.hex(),
        wanted.text(),
        bootFiles,
        new OsRelease(ports.files(), proven.directory(), BootTree.of(proven.tree())).prettyName());
  }

  /** Makes the image's /etc in a draft the one that this machine will have. */
  private interface EtcOfDraft {
    void make(DeploymentId id, SealedRoot draft);
  }

  /** A snapshot of the proven layer, writable, with the /etc that this machine will have. */
  private SealedRoot draft(
      DeploymentId id, ImageStore.Proven proven, DeploymentRecord record, EtcOfDraft etc) {
    machine.progress().enters(UpdateStep.DRAFT);
    new SharedDirectories(machine).beginWith(proven);
    SealedRoot draft = new SealedRoot(layout.draft(id));
    ports.btrfs().snapshot(proven.directory(), draft.root());
    ports.files().createDirectories(draft.own());
    ports.files().write(draft.record(), RecordJson.write(record));
    ports.files().rename(draft.etc(), draft.imageEtc());
    ports.btrfs().createSubvolume(draft.etc());
    ports.files().copyTree(draft.imageEtc(), draft.etc());
    etc.make(id, draft);
    new TukitNeeds(machine).provide(proven, draft);
    new MountPoints(ports.files()).provide(proven, draft);
    return draft;
  }

  private void mergeEtc(DeploymentId id, SealedRoot draft) {
    Optional<DeploymentId> current = machine.current();
    if (current.isEmpty()) {
      return; // the machine's first deployment has its image's /etc
    }
    SealedRoot running = deployments.root(current.get());
    Frozen frozen = freeze(running, current.get());
    List<EtcConflict> conflicts =
        new EtcMerge(ports.files(), running.imageEtc(), frozen.etc(), draft.imageEtc(), draft.etc())
            .apply();
    conflicts.forEach(conflict -> machine.progress().notes(conflict.inWords()));
    LostResolver.sentence(ports.files(), frozen.etc(), draft.etc())
        .ifPresent(machine.progress()::notes);
    new EtcOrigins(ports, layout).keep(id, frozen.etc(), frozen.origin());
    new EtcConflicts(ports.files(), layout).add(id, conflicts);
  }

  private void resetEtc(EtcReset kept, DeploymentId id, SealedRoot draft) {
    DeploymentId current = machine.requireCurrent();
    Frozen frozen = freeze(deployments.root(current), current);
    kept.apply(ports.files(), frozen.etc(), draft.etc());
    new EtcOrigins(ports, layout).keep(id, frozen.etc(), frozen.origin());
  }

  /**
   * The running /etc as it was when its merge began. What is changed in it from then on is carried
   * over later: Finalization.
   */
  private record Frozen(Path etc, EtcOrigin origin) {}

  /**
   * A snapshot, so that nothing being written there meanwhile is carried over halfway. It lies
   * among the drafts: after a crash recovery removes it.
   */
  private Frozen freeze(SealedRoot running, DeploymentId current) {
    Path frozen = layout.frozenEtc();
    new DeepSnapshot(ports.btrfs(), ports.files()).make(running.etc(), frozen);
    long generation = ports.btrfs().generation(frozen).creation();
    return new Frozen(frozen, new EtcOrigin(1, current.toString(), generation));
  }

  /** After this, all that the new deployment needs is durable, under its final name. */
  private void seal(DeploymentId id, SealedRoot draft) {
    machine.progress().enters(UpdateStep.SEAL);
    ports.btrfs().setReadOnly(draft.root(), true);
    ports.files().rename(draft.root(), layout.deployment(id));
    ports.btrfs().commit(layout.deployments());
  }

  private void makeDefault(DeploymentId id) {
    machine.progress().enters(UpdateStep.COMMIT);
    // The menu also arms the trial: one file, one step.
    ports.bootloader().replaceMenu(new NextMenu(machine, ports.bootloader().menu()).to(id));
  }

  /** The new default is durable, so a failure here is a note and does not fail the update. */
  private void settle() {
    machine.progress().enters(UpdateStep.SETTLE);
    try {
      journal.clear();
      new Pruning(machine).whileLocked().forEach(machine.progress()::notes);
      new SpareRoom(machine).provide();
    } catch (RuntimeException failure) {
      machine
          .progress()
          .notes(
              "not all could be cleared up (%s); a later update does the rest"
                  .formatted(failure.getMessage()));
    }
  }

  /** How an update that did not fail ended. */
  public sealed interface UpdateResult {
    /** The deployment that boots next. */
    DeploymentId deployment();

    /** The machine boots a new deployment next. */
    record Updated(DeploymentId deployment) implements UpdateResult {}

    /** The image is the default's already; nothing was changed. */
    record AlreadyDefault(DeploymentId deployment) implements UpdateResult {}
  }
}

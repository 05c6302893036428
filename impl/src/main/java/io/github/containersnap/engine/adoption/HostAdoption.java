package io.github.containersnap.engine.adoption;

import io.github.containersnap.engine.Initialization;
import io.github.containersnap.engine.Recovery;
import io.github.containersnap.engine.deployment.Journal;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.NextMenu;
import io.github.containersnap.engine.deployment.RefusedException;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.MenuInDoubtException;
import io.github.containersnap.engine.model.SealedRoot;
import io.github.containersnap.engine.model.UpdateException;
import io.github.containersnap.engine.model.UpdateStep;
import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.engine.port.Ports;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.engine.port.SystemLock;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Brings a system that runs from an ordinary btrfs subvolume over: the system becomes a deployment
 * of its own, with its own /etc and /var, whole or not at all.
 *
 * <p>{@link #transaction} lists the steps; each says what a power cut in it leaves. "Old" means
 * that the machine boots as it always did, and that the host's own subvolumes are as they were.
 * Nothing is ever written to them but, for a GRUB, the hook that follows the menu once there is
 * one. What is left of an adoption that was cut off boots nothing; running the verb again removes
 * it, and begins again from the system as it is then.
 */
public final class HostAdoption {
  private final Machine machine;
  private final String subvolume;
  private final Ports ports;
  private final SystemFiles files;
  private final Btrfs btrfs;
  private final DeploymentLayout layout;
  private final AdoptionPlanner planner;

  /**
   * An adoption.
   *
   * @param machine the machine, which has no deployment yet
   * @param subvolume the root subvolume of the system, as a path from the top level
   * @param mountedVar what of the same btrfs is mounted on /var, as a path from the top level;
   *     empty if nothing is, or if the system does not run
   */
  public HostAdoption(Machine machine, String subvolume, Optional<String> mountedVar) {
    this.machine = machine;
    this.subvolume = subvolume;
    this.ports = machine.ports();
    this.files = ports.files();
    this.btrfs = ports.btrfs();
    this.layout = machine.layout();
    this.planner = new AdoptionPlanner(machine, subvolume, mountedVar);
  }

  /**
   * Finds out what there is to do. Only reads.
   *
   * @throws CannotAdoptException if the system cannot be brought over as it is
   * @throws RefusedException if there are deployments already
   */
  public AdoptionPlan plan() {
    return planner.plan();
  }

  /** Whether the system is brought over already, and its deployment boots next. */
  public boolean isDone() {
    return adopted().isPresent();
  }

  /** Whether the boot loader counts the boots of a trial, if it has where to. */
  public boolean countsBoots() {
    return ports.bootloader().countsBoots();
  }

  /**
   * Brings the system over. When this returns, the next boot is the deployment, whatever happens to
   * the power.
   *
   * @throws CannotAdoptException if the system cannot be brought over as it is
   * @throws RefusedException if there are other deployments already
   * @throws UpdateException if it cannot be done; the machine then boots what it booted before
   */
  public Outcome run() {
    Optional<DeploymentId> adopted = adopted();
    if (adopted.isPresent()) {
      return finish(adopted.get());
    }
    AdoptionPlan plan = plan(); // 1 crash: old. Reads only.
    boolean wasInitialized =
        AdoptionRecord.ofEarlierAttempt(files, layout)
            .map(AdoptionRecord::wasInitialized)
            .orElseGet(() -> files.exists(layout.deployments()));
    try (Btrfs.Watch watch = btrfs.watchLosses(layout.system())) {
      undo(); // 2 crash: old, and the rest of an earlier attempt; the next comes here again.
      return transaction(plan, wasInitialized);
    } catch (RuntimeException failure) {
      undoAfter(failure, wasInitialized);
      throw failure;
    }
  }

  private Optional<DeploymentId> adopted() {
    return machine.byDefault().filter(this::isOfThisSystem);
  }

  private boolean isOfThisSystem(DeploymentId id) {
    return machine.deployments().adoptedFrom(id).filter(subvolume::equals).isPresent();
  }

  /** A crash, or a kill, between the commit point and the end: only clearing up is left. */
  private Outcome finish(DeploymentId id) {
    try (SystemLock.Held held = ports.lock().acquire()) {
      btrfs.commit(layout.system());
      new Recovery(machine).whileLocked().forEach(machine.progress()::notes);
      files.deleteDurably(layout.adoption());
      return new Outcome.AlreadyAdopted(id);
    }
  }

  private Outcome transaction(AdoptionPlan plan, boolean wasInitialized) {
    machine.progress().enters(UpdateStep.DRAFT);
    HostDraft draft = new HostDraft(machine, subvolume, plan);
    draft.freeze(); // 3 crash: old, and a snapshot beside the host's subvolumes.
    draft.makeVar(wasInitialized); // 4 crash: as 3, and @var with its record, or neither.
    new Initialization(machine).run(); // 5 crash: old, and a part of the layout.
    try (SystemLock.Held held = ports.lock().acquire()) {
      Journal journal = new Journal(files, layout);
      // From here on `recover` knows that the deployment is unfinished, too.
      journal.open(
          new Journal.Intent(
              1,
              plan.deployment().toString(),
              plan.record().imageId(),
              plan.record().reference())); // 6 crash: as 5.
      plan.shared().forEach(draft::makeShared); // 7 crash: as 5, and some of them.
      seal(plan, draft.make()); // 8 crash: as 7, and a draft or the deployment.
      machine.progress().enters(UpdateStep.COMMIT);
      ports
          .bootloader()
          .follow(subvolume); // 9 crash: old: without a menu there is nothing to follow.
      // 10 COMMIT POINT: the boot loader's. crash: old or new, whole.
      ports.bootloader().replaceMenu(new NextMenu(machine, Optional.empty()).to(plan.deployment()));
      settle(journal); // 11 crash: new. The record stays, and says nothing once there is a menu.
    }
    return new Outcome.Adopted(plan.deployment());
  }

  private void seal(AdoptionPlan plan, SealedRoot draft) {
    machine.progress().enters(UpdateStep.SEAL);
    btrfs.setReadOnly(draft.root(), true);
    files.rename(draft.root(), layout.deployment(plan.deployment()));
    btrfs.commit(layout.deployments());
  }

  /** The system is adopted, durably: a failure from here on does not fail the adoption. */
  private void settle(Journal journal) {
    machine.progress().enters(UpdateStep.SETTLE);
    try {
      journal.clear();
      files.deleteDurably(layout.adoption());
    } catch (RuntimeException failure) {
      machine
          .progress()
          .notes(
              "not all could be cleared up (%s); `container-snap recover` does the rest"
                  .formatted(failure.getMessage()));
    }
  }

  /**
   * What a failure leaves is what a crash leaves, and goes likewise, unless the menu is in force or
   * may be: then the deployment stays.
   */
  private void undoAfter(RuntimeException failure, boolean wasInitialized) {
    try {
      if (failure instanceof MenuInDoubtException || ports.bootloader().menu().isPresent()) {
        return;
      }
      undo();
      if (wasInitialized && !files.exists(layout.deployments())) {
        new Initialization(machine).run();
      }
    } catch (RuntimeException again) {
      failure.addSuppressed(again); // the next attempt begins with it
    }
  }

  /**
   * Removes what an attempt that was cut off left. Only what its record names goes, and drafts by
   * their names. The record goes last, so the next attempt settles a crash in here.
   */
  private void undo() {
    removeDraft(layout.adoptionDraft());
    removeDraft(layout.varDraft());
    Optional<AdoptionRecord> found = AdoptionRecord.ofEarlierAttempt(files, layout);
    if (found.isPresent()) {
      undo(found.get());
    } else if (btrfs.isSubvolume(layout.var()) && planner.isFreshlyInitialized()) {
      btrfs.deleteSubvolume(layout.var()); // it is made again, with what the system has in /var
    } else if (files.exists(layout.state()) && planner.isBarelyBegun()) {
      files.deleteTree(layout.state());
    }
  }

  private void undo(AdoptionRecord record) {
    ports.bootloader().unfollow(record.subvolume());
    if (files.exists(layout.deployments())) {
      try (SystemLock.Held held = ports.lock().acquire()) {
        new Recovery(machine).whileLocked(); // the deployment, and the drafts beside it
      }
    }
    record.made().stream()
        .map(layout.system()::resolve)
        .filter(made -> !made.equals(layout.var()) && btrfs.isSubvolume(made))
        .forEach(btrfs::deleteSubvolume);
    btrfs.commit(layout.system()); // before the record that names them
    if (record.made().contains("@var")) {
      btrfs.deleteSubvolume(layout.var());
    } else if (record.wasInitialized()) {
      files.deleteDurably(layout.adoption());
    } else {
      ports.store().wipe();
      files.deleteTree(layout.state());
    }
    btrfs.commit(layout.system());
  }

  private void removeDraft(Path draft) {
    if (files.exists(draft)) {
      machine.removal().removeLeftover(draft);
    }
  }

  /** How an adoption that did not fail ended. */
  public sealed interface Outcome {
    /** What the system has become; it boots next. */
    DeploymentId deployment();

    /** The system is a deployment now. */
    record Adopted(DeploymentId deployment) implements Outcome {}

    /** It was one already; only what a crash may have left was cleared up. */
    record AlreadyAdopted(DeploymentId deployment) implements Outcome {}
  }
}

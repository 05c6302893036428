package io.github.containersnap.engine;

import io.github.containersnap.engine.deployment.Deployments;
import io.github.containersnap.engine.deployment.EtcOrigin;
import io.github.containersnap.engine.deployment.EtcOrigins;
import io.github.containersnap.engine.deployment.Journal;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.RecordJson;
import io.github.containersnap.engine.deployment.SnapshotRecord;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.FilesystemFullException;
import io.github.containersnap.engine.model.NotADeploymentException;
import io.github.containersnap.engine.model.SealedRoot;
import io.github.containersnap.engine.port.Ports;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Makes a writable deployment that is a snapshot of another, for tukit to work in.
 *
 * <p>What it is made for is told only by its id, which the caller learns when all is durable. So a
 * snapshot that a crash leaves behind is nobody's, and {@link Recovery} removes it, finished or
 * not.
 */
public final class Snapshot {
  private final Machine machine;
  private final Ports ports;
  private final Deployments deployments;
  private final Journal journal;

  /** Makes snapshots on {@code machine}. */
  public Snapshot(Machine machine) {
    this.machine = machine;
    this.ports = machine.ports();
    this.deployments = machine.deployments();
    this.journal = new Journal(ports.files(), machine.layout());
  }

  /**
   * Makes a snapshot of {@code base}, its /etc included, as they are now.
   *
   * @return its id, never used before
   * @throws NotADeploymentException if there is no such deployment
   * @throws FilesystemFullException if there is no room for it
   */
  public DeploymentId of(DeploymentId base) {
    return new Transaction(machine).run(() -> whileLocked(base));
  }

  private DeploymentId whileLocked(DeploymentId base) {
    SealedRoot source = deployments.root(base);
    new Preflight(machine).requireForSnapshot(); // crash: nothing was written
    DeploymentId id = machine.workNumbers().next(base.image()); // crash: a work number is wasted
    try {
      make(id, source, base);
      return id;
    } catch (RuntimeException failure) {
      undo(id, failure);
      throw failure;
    }
  }

  /**
   * What a failure leaves is what a crash leaves, and the same recovery removes it; unless the
   * journal is gone already, and could not be cleared durably.
   */
  private void undo(DeploymentId id, RuntimeException failure) {
    try {
      new Recovery(machine).whileLocked();
      if (ports.files().exists(machine.layout().deployment(id))) {
        machine.removal().remove(id);
        ports.btrfs().commit(machine.layout().deployments());
      }
    } catch (RuntimeException again) {
      failure.addSuppressed(again); // the next recovery tries again
    }
  }

  private void make(DeploymentId id, SealedRoot source, DeploymentId base) {
    journal.open(new Journal.SnapshotIntent(1, id.toString(), base.toString()));
    SealedRoot draft = draft(source, base, id); // crash: a draft by that name; recovery removes it
    ports.files().rename(draft.root(), machine.layout().deployment(id));
    ports.btrfs().commit(machine.layout().deployments());
    // Crash before this: the journal names it, and recovery removes it whole. That is right: its
    // caller has not learnt its id.
    journal.clear();
    // Crash from here on: it stays, until pruned by its age.
  }

  /**
   * A snapshot under a temporary name, writable. Its /etc is one of the subvolumes nested in the
   * root. The caller's journal names {@code id}; a crash leaves a draft, which recovery removes.
   */
  SealedRoot draft(SealedRoot source, DeploymentId base, DeploymentId id) {
    SealedRoot draft = new SealedRoot(machine.layout().draft(id));
    new DeepSnapshot(ports.btrfs(), ports.files()).make(source.root(), draft.root());
    ports.files().deleteTree(draft.snapshotRecord());
    ports.files().createDirectories(draft.own());
    ports
        .files()
        .write(draft.snapshotRecord(), RecordJson.write(new SnapshotRecord(1, base.toString())));
    keepOrigin(base, draft, id);
    return draft;
  }

  /**
   * What is changed in the base's /etc after this is carried over when the snapshot is to boot. A
   * base that has not been blessed has its own /etc from elsewhere: so has the snapshot. A base
   * that runs has taken over all of that when it booted, and changes are made in its own from then
   * on.
   */
  private void keepOrigin(DeploymentId base, SealedRoot draft, DeploymentId id) {
    EtcOrigins origins = new EtcOrigins(ports, machine.layout());
    boolean runs = machine.running().equals(Optional.of(base));
    Optional<EtcOrigin> inherited = runs ? Optional.empty() : origins.of(base);
    Path origin = inherited.isPresent() ? origins.base(base) : draft.etc();
    Path frozen = machine.layout().frozenEtc();
    new DeepSnapshot(ports.btrfs(), ports.files()).make(origin, frozen);
    long generation = ports.btrfs().generation(draft.etc()).creation();
    origins.keep(
        id, frozen, inherited.orElseGet(() -> new EtcOrigin(1, base.toString(), generation)));
  }
}

package io.github.containersnap.engine;

import io.github.containersnap.engine.deployment.EtcOrigins;
import io.github.containersnap.engine.deployment.Journal;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.Protection;
import io.github.containersnap.engine.deployment.SourceSetting;
import io.github.containersnap.engine.deployment.SpareRoom;
import io.github.containersnap.engine.health.HealthRecord;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.port.Ports;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Settles whatever a crash, a kill or a failure interrupted.
 *
 * <p>Recovery never changes which deployments the boot menu names. If the menu names the deployment
 * of the interrupted transaction, the transaction had reached its commit point, and recovery keeps
 * it; otherwise recovery removes what the transaction made. Every removal is repeatable, and the
 * journal is cleared last, after a commit, so the next recovery goes on where a crash in here
 * stopped.
 */
public final class Recovery {
  private final Machine machine;
  private final Ports ports;

  /** Recovers {@code machine}. */
  public Recovery(Machine machine) {
    this.machine = machine;
    this.ports = machine.ports();
  }

  /**
   * Takes the lock and recovers.
   *
   * @return what was done, one line each; empty if nothing was left to do
   */
  public List<String> run() {
    return new Transaction(machine).unrecovered(this::recovered);
  }

  private List<String> recovered() {
    List<String> done = whileLocked();
    new SpareRoom(machine).provide();
    return done;
  }

  /** Recovers; the caller holds the lock. */
  public List<String> whileLocked() {
    List<String> done = new ArrayList<>();
    Journal journal = new Journal(ports.files(), machine.layout());
    Optional<Journal.Found> interrupted = journal.interrupted();
    List<Path> leftovers = machine.removal().leftovers();
    if (interrupted.isPresent() || !leftovers.isEmpty()) {
      new SpareRoom(machine).useIfTight(this::commit);
    }
    journal.removeUnfinished();
    machine.workNumbers().removeUnfinished();
    new SourceSetting(ports.files(), machine.layout()).removeUnfinished();
    new HealthRecord(ports.files(), machine.layout()).removeUnfinished();
    LastUpdate.removeUnfinished(ports.files(), machine.layout());
    ports.bootloader().removeLeftovers();
    interrupted.ifPresent(found -> settle(found, done));
    for (Path leftover : leftovers) {
      remove(leftover, done);
    }
    removeEtcLeftovers(done);
    forgetEndedAdoption();
    removeLeftoversOfPulls(); // always: a pull that deploys nothing keeps no journal
    if (interrupted.isPresent() || !done.isEmpty()) {
      // A command that failed before its own commit may have removed what was to be removed.
      commit();
    }
    if (interrupted.isPresent()) {
      journal.clear();
    }
    return List.copyOf(done);
  }

  /**
   * Recovers after a command that failed: what a failure leaves is what a crash leaves. If that
   * fails too, the next recovery tries again.
   *
   * @param failure what the command reports; it then also tells why this failed
   */
  void after(RuntimeException failure) {
    try {
      whileLocked().forEach(machine.progress()::notes);
    } catch (RuntimeException again) {
      failure.addSuppressed(again);
    }
  }

  /** Makes the removals durable; only then may the journal be cleared. */
  private void commit() {
    try {
      ports.btrfs().commit(machine.layout().state());
    } catch (RuntimeException failure) {
      forgetPulls(failure);
      throw failure;
    }
  }

  /**
   * The kernel reports a lost write once, and does not name the file. If it was a file of a pulled
   * layer, the page cache may still hold its data, and the next proof would accept what the disk
   * does not have. So the store, which is only a cache, is recreated.
   */
  private void forgetPulls(RuntimeException failure) {
    try {
      ports.store().wipe();
      ports.store().initialize();
    } catch (RuntimeException again) {
      failure.addSuppressed(again); // such as a filesystem that is read-only now
    }
  }

  /**
   * Usually this only deletes. But layers that a pull left unusable are first marked in podman's
   * lists, and on a full disk that needs the room put aside. A pull has no journal, so that only
   * the failure tells.
   */
  private void removeLeftoversOfPulls() {
    try {
      ports.store().removeLeftovers();
    } catch (RuntimeException failure) {
      if (!isForWantOfRoom(failure)) {
        throw failure;
      }
      ports.store().removeLeftovers();
    }
  }

  /** Whether the disk was full when something failed. If so, there is room now. */
  private boolean isForWantOfRoom(RuntimeException failure) {
    try {
      return new SpareRoom(machine).useIfTight(this::commit);
    } catch (RuntimeException again) {
      failure.addSuppressed(again);
      return false;
    }
  }

  /**
   * Once there is a menu, what an adoption has made is the machine's. Its record, which a crash
   * after the commit point leaves, must not be read as that of one that was cut off.
   */
  private void forgetEndedAdoption() {
    Path record = machine.layout().adoption();
    if (ports.files().exists(record) && ports.bootloader().menu().isPresent()) {
      ports.files().deleteDurably(record);
    }
  }

  /** A leftover that cannot be removed must not block updates. */
  private void remove(Path leftover, List<String> done) {
    try {
      machine.removal().removeLeftover(leftover);
      done.add("removed " + leftover.getFileName());
    } catch (RuntimeException failure) {
      done.add(
          "warning: %s could not be removed: %s"
              .formatted(leftover.getFileName(), failure.getMessage()));
    }
  }

  private void settle(Journal.Found found, List<String> done) {
    switch (found) {
      case Journal.Found.Unreadable unreadable ->
          done.add("ignored a journal that cannot be read (%s)".formatted(unreadable.why()));
      case Journal.Found.Recorded recorded -> settle(recorded.intent(), done);
      case Journal.Found.Snapshot snapshot -> settle(snapshot.intent(), done);
      case Journal.Found.Finalization finalization -> settle(finalization.intent(), done);
      case Journal.Found.Restoration restoration -> settle(restoration.intent(), done);
    }
  }

  private void settle(Journal.Intent intent, List<String> done) {
    DeploymentId id = DeploymentId.parse(intent.deployment());
    boolean committed = ports.bootloader().menu().filter(menu -> menu.names(id)).isPresent();
    boolean made = ports.files().exists(machine.layout().deployment(id));
    if (committed) {
      done.add("kept %s: its update had reached the commit point".formatted(id.shortForm()));
    } else if (made && machine.running().equals(Optional.of(id))) { // docs/decisions/0012
      done.add(
          ("left %s alone: it runs, but the boot menu does not name it; the next boot is the system"
                  + " before it")
              .formatted(id.shortForm()));
    } else if (made) {
      machine.removal().remove(id);
      done.add("removed %s: its update had not reached the commit point".formatted(id.shortForm()));
    } else {
      done.add("undid an update to %s that had not made a deployment".formatted(id.shortForm()));
    }
  }

  /**
   * Nobody learnt the id of a snapshot that is still in the journal. The menu names it if it was
   * made to boot next and that had reached its commit point: then it stays.
   */
  private void settle(Journal.SnapshotIntent intent, List<String> done) {
    DeploymentId id = DeploymentId.parse(intent.deployment());
    boolean inUse = Protection.of(machine).of(id).isPresent();
    if (inUse) {
      done.add("kept %s: its making had reached the commit point".formatted(id.shortForm()));
    } else if (ports.files().exists(machine.layout().deployment(id))) {
      machine.removal().remove(id);
      done.add("removed %s: the making of that snapshot was cut off".formatted(id.shortForm()));
    } else {
      done.add("forgot that a snapshot %s was to be made".formatted(id.shortForm()));
    }
  }

  /** The deployment has its old /etc or its new one, whole; only its root may be writable. */
  private void settle(Journal.FinalizeIntent intent, List<String> done) {
    DeploymentId id = DeploymentId.parse(intent.finalizes());
    Path root = machine.layout().deployment(id);
    if (!ports.files().exists(root)) {
      done.add("forgot that %s was to get what changed in /etc".formatted(id.shortForm()));
      return;
    }
    Finalization.renewIfCarried(machine, id, intent.source());
    if (!ports.btrfs().isReadOnly(root)) {
      ports.btrfs().setReadOnly(root, true);
      done.add("sealed %s: its /etc was being replaced".formatted(id.shortForm()));
    } else {
      done.add(
          "%s was to get what changed in /etc; the next start looks again"
              .formatted(id.shortForm()));
    }
  }

  /** The file is as it was before or as the image has it, whole; only the other may lie about. */
  private void settle(Journal.RestoreIntent intent, List<String> done) {
    if (EtcRestoration.settle(machine, DeploymentId.parse(intent.restoresIn()))) {
      done.add("cleared up after the restoring of %s".formatted(intent.path()));
    }
  }

  /** A failure here fails no update: the records are small, and the next recovery tries again. */
  private void removeEtcLeftovers(List<String> done) {
    try {
      new EtcOrigins(ports, machine.layout()).removeLeftovers();
    } catch (RuntimeException failure) {
      done.add(
          "warning: what is kept of /etc could not be removed: %s".formatted(failure.getMessage()));
    }
  }
}

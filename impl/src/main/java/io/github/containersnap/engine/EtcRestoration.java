package io.github.containersnap.engine;

import io.github.containersnap.engine.deployment.Journal;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.RefusedException;
import io.github.containersnap.engine.deployment.SpareRoom;
import io.github.containersnap.engine.etc.EtcChanges;
import io.github.containersnap.engine.etc.EtcVersions;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.NotADeploymentException;
import io.github.containersnap.engine.model.SealedRoot;
import io.github.containersnap.engine.port.Ports;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.etc.EtcChange;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeManifest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Puts the image's version of a file or a directory back into the /etc of the current deployment,
 * whole or not at all.
 *
 * <p>The image's version is copied to one fixed name in the same /etc and made durable there; then
 * one exchange of two names puts it in place. So neither a crash nor a program that reads /etc
 * meanwhile ever finds nothing, or a part. If an update waits for its restart, {@link Finalization}
 * carries what was restored into it, as every change of the running /etc.
 */
public final class EtcRestoration {
  private final Machine machine;
  private final Ports ports;
  private final Journal journal;

  /** On {@code machine}. */
  public EtcRestoration(Machine machine) {
    this.machine = machine;
    this.ports = machine.ports();
    this.journal = new Journal(ports.files(), machine.layout());
  }

  /**
   * What was undone.
   *
   * @param deployment whose /etc that is
   * @param undone the changes that are gone, ordered by path; empty if there was none
   */
  public record Restored(DeploymentId deployment, List<EtcChange> undone) {
    public Restored {
      undone = List.copyOf(undone);
    }
  }

  /**
   * Restores; returns when that is durable. A failure has changed nothing.
   *
   * @param path as {@code etc-diff} prints it, such as {@code /etc/hosts}
   * @param removingAdded whether files of a directory that the image does not have are removed;
   *     without this such a directory is refused
   * @throws NotADeploymentException if nothing boots
   * @throws RefusedException if the image has no such file, if a change is one of this machine's
   *     identity or accounts, or if the file cannot be exchanged where it lies
   */
  public Restored of(String path, boolean removingAdded) {
    return new Transaction(machine).run(() -> whileLocked(path, removingAdded));
  }

  private Restored whileLocked(String path, boolean removingAdded) {
    DeploymentId id = machine.requireCurrent();
    EtcVersions versions = EtcVersions.of(machine, Optional.of(id), path);
    String below = EtcVersions.belowEtc(path);
    if (versions.image().seen().isEmpty()) {
      throw RefusedException.notInImage(path, id);
    }
    requireDirectoriesAbove(id, path, below);
    List<EtcChange> changes = changesAt(id, below);
    if (changes.isEmpty()) {
      // The command that restored it may have been killed before its last commit.
      ports.btrfs().commit(machine.layout().state());
      return new Restored(id, changes);
    }
    requireThatItMay(path, changes, removingAdded);
    requireThatItCan(id, path, versions.here().place(), below);
    new SpareRoom(machine).useIfTight();
    Path draft =
        new Transaction(machine).recoveringOnFailure(() -> transaction(id, path, versions));
    clearUp(draft);
    return new Restored(id, changes);
  }

  /** Each step says what a crash in it leaves; "old" is the file as the administrator had it. */
  private Path transaction(DeploymentId id, String path, EtcVersions versions) {
    Path draft = machine.layout().etcRestoration(id);
    // Durable before the first write it speaks of, so that recovery knows in whose /etc to look.
    journal.open(new Journal.RestoreIntent(1, id.toString(), path)); // 1 crash: old, and a journal.
    copy(versions.image(), draft); // 2 crash: old, and a part of a copy; recovery removes it.
    ports.btrfs().commit(machine.layout().deployments()); // 3 crash: old, and the copy, whole.
    Replacement replacement = new Replacement(draft, versions.here(), id, path);
    // 4 COMMIT POINT: one exchange, one full commit. crash: the old file or the image's, whole; the
    // other one at the draft's name, for recovery to remove.
    new SmallChange(machine, replacement::make, replacement::takeBack).makeDurable();
    return draft;
  }

  private void copy(EtcVersions.Version image, Path draft) {
    SystemFiles files = ports.files();
    if (image.seen().filter(it -> it.kind() == FileKind.DIRECTORY).isPresent()) {
      files.createDirectories(draft);
      files.copyTree(image.place(), draft);
    } else {
      files.copyEntry(image.place(), draft);
    }
  }

  /** The step that puts the copy in place, and the same step back. */
  private final class Replacement {
    private final Path draft;
    private final Path place;
    private final boolean exchanges;
    private final DeploymentId id;
    private final String below;
    private boolean made;

    Replacement(Path draft, EtcVersions.Version here, DeploymentId id, String path) {
      this.draft = draft;
      this.place = here.place();
      this.exchanges = here.seen().isPresent();
      this.id = id;
      this.below = EtcVersions.belowEtc(path);
    }

    void make() {
      move(draft, place);
      made = true;
    }

    /** A step that reports an error may have been taken all the same: what lies there tells. */
    void takeBack() {
      if (made || changesAt(id, below).isEmpty()) {
        move(place, draft);
      }
    }

    private void move(Path from, Path to) {
      if (exchanges) {
        ports.files().exchange(from, to);
      } else {
        ports.files().rename(from, to);
      }
    }
  }

  /** What was restored is durable and stands if this fails. */
  private void clearUp(Path draft) {
    try {
      remove(machine, draft);
      journal.clear();
    } catch (RuntimeException failure) {
      machine
          .progress()
          .notes(
              "not all could be cleared up (%s); the next recovery does the rest"
                  .formatted(failure.getMessage()));
    }
  }

  /** Durable before the journal is cleared: nobody else knows of the draft. */
  private static void remove(Machine machine, Path draft) {
    machine.ports().files().deleteTree(draft);
    machine.ports().btrfs().commit(machine.layout().state());
  }

  /**
   * Settles a restoration that was cut off: removes the copy, or what it replaced.
   *
   * @return whether there was something to remove
   */
  static boolean settle(Machine machine, DeploymentId id) {
    Path draft = machine.layout().etcRestoration(id);
    boolean left = machine.ports().files().exists(draft);
    if (left) {
      remove(machine, draft);
    }
    return left;
  }

  private List<EtcChange> changesAt(DeploymentId id, String below) {
    return EtcChanges.of(machine, Optional.of(id)).changes().stream()
        .filter(change -> isAtOrBelow(change.path(), below))
        .toList();
  }

  private static boolean isAtOrBelow(String path, String top) {
    return path.equals(top) || path.startsWith(top + "/");
  }

  private static void requireThatItMay(
      String path, List<EtcChange> changes, boolean removingAdded) {
    changes.stream()
        .filter(EtcChange::isOfThisMachine)
        .findFirst()
        .ifPresent(
            change -> {
              throw RefusedException.restoringIdentity(path, "/etc/" + change.path());
            });
    List<String> added =
        changes.stream()
            .filter(change -> change.kind() == EtcChange.Kind.ADDED)
            .map(change -> "/etc/" + change.path())
            .toList();
    if (!added.isEmpty() && !removingAdded) {
      throw RefusedException.restoringWouldRemove(path, added);
    }
  }

  /** A link above the file is not followed: it could lead out of the deployment. */
  private void requireDirectoriesAbove(DeploymentId id, String path, String below) {
    Path etc = machine.deployments().root(id).etc();
    for (int slash = below.indexOf('/'); slash >= 0; slash = below.indexOf('/', slash + 1)) {
      String above = below.substring(0, slash);
      if (!ports.files().isDirectory(TreeManifest.locate(etc, above))) {
        throw RefusedException.restoringBelowMissing(path, "/etc/" + above);
      }
    }
  }

  private void requireThatItCan(DeploymentId id, String path, Path place, String below) {
    SealedRoot root = machine.deployments().root(id);
    ports.btrfs().nested(root.etc()).stream()
        .filter(nested -> nested.startsWith(place) || place.startsWith(nested))
        .findFirst()
        .ifPresent(
            nested -> {
              throw RefusedException.restoringSubvolume(path, nested);
            });
    ports.files().inodeFlags(root.etc()).keySet().stream()
        .filter(flagged -> isAtOrBelow(flagged, below))
        .findFirst()
        .ifPresent(
            flagged -> {
              throw RefusedException.restoringProtected(path, "/etc/" + flagged);
            });
  }
}

package io.github.containersnap.engine.deployment;

import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.engine.port.Ports;
import java.nio.file.Path;

/**
 * Room put aside so that a full disk can still be rolled back, pruned and recovered.
 *
 * <p>On a btrfs whose metadata is used up even a rename fails, and so would the boot menu's; only
 * deletions go through, at the cost of the kernel's global reserve. So a file takes up some data
 * and metadata from the beginning, and what must work on a full disk deletes it first. It is
 * recreated as soon as enough is free.
 *
 * <p>A crash while it is made leaves a file beside it, which the next attempt removes; one while it
 * is deleted leaves it or not. Either is harmless.
 */
public final class SpareRoom {
  /**
   * What is put aside. Measured with nodes of 16 KiB: where creating a file fails, 4 MiB more of
   * metadata let some renames through, 6 MiB all that a rollback and a prune need.
   */
  private static final Bytes DATA = Bytes.ofMebibytes(1);

  private static final Bytes METADATA = Bytes.ofMebibytes(8);

  /** With less than this, the kernel may refuse to rename. */
  private static final Bytes TIGHT_DATA = Bytes.ofMebibytes(1);

  private static final Bytes TIGHT_METADATA = Bytes.ofMebibytes(12);

  /** With this much, what is put aside is not missed. */
  private static final Bytes AMPLE_DATA = Bytes.ofMebibytes(32);

  private static final Bytes AMPLE_METADATA = Bytes.ofMebibytes(24);

  private final Machine machine;
  private final Ports ports;
  private final Path file;

  /** The room put aside on {@code machine}. */
  public SpareRoom(Machine machine) {
    this.machine = machine;
    this.ports = machine.ports();
    this.file = machine.layout().spareRoom();
  }

  /**
   * Gives the room back if the disk is full; the caller is about to do something small. If an
   * earlier command gave it back and failed before the commit, commits that: until then the room is
   * neither kept nor free.
   *
   * @return whether the disk is full
   */
  public boolean useIfTight() {
    return useIfTight(() -> ports.btrfs().commit(machine.layout().state()));
  }

  /**
   * The same with a commit of the caller's, who knows what it means if that fails.
   *
   * @return whether the disk is full
   */
  public boolean useIfTight(Runnable commit) {
    boolean kept = ports.files().exists(file);
    Btrfs.Space space = space();
    boolean tight =
        space.data().compareTo(TIGHT_DATA) < 0 || space.metadata().compareTo(TIGHT_METADATA) < 0;
    if (tight) {
      if (kept) {
        ports.files().deleteTree(file);
      }
      commit.run(); // only then can it be used
      if (kept) {
        machine.progress().notes("the disk is full: using the room kept for this");
      }
    }
    return tight;
  }

  /** Puts room aside if none is, and there is plenty. Not to get it is not an error. */
  public void provide() {
    try {
      provideIfMissing();
    } catch (RuntimeException failure) {
      machine.progress().notes("no room could be put aside: " + failure.getMessage());
    }
  }

  private void provideIfMissing() {
    if (ports.files().exists(file)) {
      return;
    }
    Path beside = file.resolveSibling(file.getFileName() + ".new");
    ports.files().deleteTree(beside);
    Btrfs.Space space = space();
    if (space.data().compareTo(AMPLE_DATA) < 0 || space.metadata().compareTo(AMPLE_METADATA) < 0) {
      return;
    }
    try {
      ports.files().reserve(beside, DATA, METADATA);
      ports.files().rename(beside, file);
    } catch (RuntimeException failure) {
      ports.files().deleteTree(beside);
      throw failure;
    }
  }

  private Btrfs.Space space() {
    return ports.btrfs().space(machine.layout().state());
  }
}

package io.github.containersnap.engine;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.RoomNeeded;
import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.model.FilesystemFullException;
import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.engine.port.ImageStore;

/**
 * Step 2's second half: refuses an image that does not fit, with the numbers, before the first
 * write.
 */
final class Preflight {
  private static final Bytes MARGIN = Bytes.ofMebibytes(16);

  private final Machine machine;

  Preflight(Machine machine) {
    this.machine = machine;
  }

  /** Refuses a snapshot where there is no room for the metadata that work in it would need. */
  void requireForSnapshot() {
    Bytes metadata = machine.ports().btrfs().space(machine.layout().state()).metadata();
    if (metadata.compareTo(MARGIN) < 0) {
      throw FilesystemFullException.ofSnapshot(machine.layout().system(), MARGIN, metadata);
    }
  }

  void require(ImageStore.Resolved image) {
    Bytes missing = machine.ports().store().missing(image);
    RoomNeeded needed = RoomNeeded.of(image, missing);
    Bytes data = needed.data();
    Bytes metadata = needed.metadata();
    Btrfs btrfs = machine.ports().btrfs();
    Btrfs.Space space = btrfs.space(machine.layout().state());
    if (!fits(data, metadata, space)) {
      // What was deleted a moment ago counts as free only after a commit, subvolumes later still.
      btrfs.commit(machine.layout().state());
      btrfs.awaitFreed(machine.layout().state());
      space = btrfs.space(machine.layout().state());
    }
    if (space.data().compareTo(data) < 0) {
      throw FilesystemFullException.ofData(machine.layout().system(), data, space.data());
    }
    if (space.metadata().compareTo(metadata) < 0) {
      throw FilesystemFullException.ofMetadata(
          machine.layout().system(), metadata, space.metadata());
    }
  }

  private static boolean fits(Bytes data, Bytes metadata, Btrfs.Space space) {
    return space.data().compareTo(data) >= 0 && space.metadata().compareTo(metadata) >= 0;
  }
}

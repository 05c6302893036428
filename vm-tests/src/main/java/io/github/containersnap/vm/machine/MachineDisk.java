package io.github.containersnap.vm.machine;

import java.nio.file.Path;

/** A disk of a machine, on virtio. */
public sealed interface MachineDisk {
  /** The file (raw image, FUSE export, loop or block device) whose content the guest sees. */
  Path file();

  /** The guest's writes go to the file itself. */
  record Written(Path file) implements MachineDisk {}

  /**
   * The file stays as it is; what the guest writes goes to a qcow2 overlay in the machine's own
   * directory and is gone with it.
   */
  record Overlaid(Path file) implements MachineDisk {}
}

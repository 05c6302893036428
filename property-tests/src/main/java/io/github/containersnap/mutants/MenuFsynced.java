package io.github.containersnap.mutants;

import io.github.containersnap.engine.Machine;
import io.github.containersnap.engine.port.Btrfs;
import java.nio.file.Path;

/**
 * The boot menu is made durable as textbooks have it: the new text is synced, renamed over the old
 * one, and the directory is synced; the filesystem is not committed. The kernel replays its log
 * tree; GRUB does not (DESIGN fact 3).
 */
final class MenuFsynced extends MenuPlacement {
  MenuFsynced(Machine machine) {
    super(machine);
  }

  @Override
  Btrfs btrfs() {
    return new BtrfsDecorator(super.btrfs()) {
      @Override
      public void commit(Path anywhere) {}
    };
  }

  @Override
  void put(String text, Path inForce) {
    machine().ports().files().replaceDurably(inForce, text);
  }
}

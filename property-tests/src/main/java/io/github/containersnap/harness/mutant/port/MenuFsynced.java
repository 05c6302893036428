package io.github.containersnap.harness.mutant.port;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.harness.mutant.decorator.BtrfsDecorator;
import io.github.containersnap.harness.mutant.decorator.MenuPlacement;
import java.nio.file.Path;

/**
 * The boot menu is made durable as textbooks have it: the new text is synced, renamed over the old
 * one, and the directory is synced; the filesystem is not committed. The kernel replays its log
 * tree; GRUB does not (DESIGN fact 3).
 */
public final class MenuFsynced extends MenuPlacement {
  /** The port of {@code machine} with this fault. */
  public MenuFsynced(Machine machine) {
    super(machine);
  }

  @Override
  public Btrfs btrfs() {
    return new BtrfsDecorator(super.btrfs()) {
      @Override
      public void commit(Path anywhere) {}
    };
  }

  @Override
  public void put(String text, Path inForce) {
    machine().ports().files().replaceDurably(inForce, text);
  }
}

package io.github.containersnap.mutants;

import io.github.containersnap.adapter.GrubBtrfs;
import io.github.containersnap.engine.BootMenu;
import io.github.containersnap.engine.Machine;
import io.github.containersnap.engine.port.Bootloader;
import io.github.containersnap.engine.port.Btrfs;
import java.nio.file.Path;

/**
 * The real boot loader adapter over a btrfs that commits only once in a change of menu: the first
 * commit, which makes the new text whole, is done; the second, which makes the rename durable, is
 * not.
 */
final class NoCommitAfterSwitch extends BtrfsDecorator {
  private boolean committed;

  private NoCommitAfterSwitch(Btrfs real) {
    super(real);
  }

  @Override
  public void commit(Path anywhere) {
    if (!committed) {
      super.commit(anywhere);
      committed = true;
    }
  }

  static Bootloader bootloader(Machine machine) {
    Bootloader real = machine.ports().bootloader();
    return new Bootloader() {
      @Override
      public void initialize() {
        real.initialize();
      }

      @Override
      public java.util.Optional<BootMenu> menu() {
        return real.menu();
      }

      @Override
      public boolean countsBoots() {
        return real.countsBoots();
      }

      @Override
      public void replaceMenu(BootMenu menu) {
        new GrubBtrfs(
                machine.layout(),
                machine.ports().files(),
                new NoCommitAfterSwitch(machine.ports().btrfs()))
            .replaceMenu(menu);
      }

      @Override
      public void removeLeftovers() {
        real.removeLeftovers();
      }
    };
  }
}

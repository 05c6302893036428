package io.github.containersnap.mutants;

import io.github.containersnap.adapter.GrubBtrfs;
import io.github.containersnap.engine.BootMenu;
import io.github.containersnap.engine.Machine;
import io.github.containersnap.engine.port.SystemFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** The real boot loader adapter, but what it has written takes its place in another way. */
abstract class MenuPlacement extends BootloaderDecorator {
  private final Machine machine;

  MenuPlacement(Machine machine) {
    super(machine.ports().bootloader());
    this.machine = machine;
  }

  /** Puts the menu in {@code written} in the place of {@code inForce}. */
  abstract void put(Path written, Path inForce) throws IOException;

  final Machine machine() {
    return machine;
  }

  @Override
  public void replaceMenu(BootMenu menu) {
    new GrubBtrfs(
            machine.layout(), new OtherRename(machine.ports().files()), machine.ports().btrfs())
        .replaceMenu(menu);
  }

  private final class OtherRename extends FilesDecorator {
    OtherRename(SystemFiles real) {
      super(real);
    }

    @Override
    public void renameOver(Path source, Path target) {
      if (!target.equals(machine.layout().bootMenu())) {
        super.renameOver(source, target);
        return;
      }
      try {
        put(source, target);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot replace " + target, e);
      }
    }
  }
}

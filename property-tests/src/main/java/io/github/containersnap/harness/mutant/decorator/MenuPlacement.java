package io.github.containersnap.harness.mutant.decorator;

import io.github.containersnap.adapter.bootloader.GrubBtrfs;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.engine.port.SystemFiles;
import java.nio.file.Path;

/** The real boot loader adapter, but what it has written takes its place in another way. */
public abstract class MenuPlacement extends BootloaderDecorator {
  private static final int LARGEST = 64 * 1024;

  private final Machine machine;

  /** The boot loader of {@code machine}. */
  public MenuPlacement(Machine machine) {
    super(machine.ports().bootloader());
    this.machine = machine;
  }

  /** Puts the menu {@code text} in the place of {@code inForce}. */
  public abstract void put(String text, Path inForce);

  /** What the menu is written with. */
  public Btrfs btrfs() {
    return machine.ports().btrfs();
  }

  /** As the real one does, under another name: the text is whole before it takes its place. */
  public final void putWhole(String text, Path inForce) {
    Path written = inForce.resolveSibling("boot.cfg.other");
    machine.ports().files().deleteTree(written); // of an earlier attempt that was cut off
    machine.ports().files().write(written, text);
    machine.ports().btrfs().commit(machine.layout().boot());
    machine.ports().files().renameOver(written, inForce);
  }

  /** The machine whose menu is placed. */
  public final Machine machine() {
    return machine;
  }

  @Override
  public void replaceMenu(BootMenu menu) {
    new GrubBtrfs(machine.layout(), new OtherRename(machine.ports().files()), btrfs())
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
      SystemFiles files = machine.ports().files();
      put(files.read(source, LARGEST).orElseThrow(), target);
      files.deleteTree(source);
    }
  }
}

package io.github.containersnap.harness.mutant.port;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.harness.mutant.decorator.BootloaderDecorator;
import java.nio.file.Path;

/**
 * Rebuilds the new default's initrd in place once it is the default. That takes longer than the
 * kernel's commit interval, so the filesystem is committed in the middle of it.
 */
public final class InitrdRebuiltAfterSwitch extends BootloaderDecorator {
  private final Machine machine;

  /** The port of {@code machine} with this fault. */
  public InitrdRebuiltAfterSwitch(Machine machine) {
    super(machine.ports().bootloader());
    this.machine = machine;
  }

  @Override
  public void replaceMenu(BootMenu menu) {
    super.replaceMenu(menu);
    Path root = machine.layout().deployment(menu.byDefault().deployment());
    machine.ports().btrfs().setReadOnly(root, false);
    rebuild(root.resolve(menu.byDefault().files().initrd()));
    machine.ports().btrfs().setReadOnly(root, true);
    machine.ports().btrfs().commit(root);
  }

  private void rebuild(Path initrd) {
    SystemFiles files = machine.ports().files();
    Path made = initrd.resolveSibling("initrd-being-made");
    files.copyEntry(initrd, made);
    files.deleteTree(initrd);
    files.write(initrd, "");
    machine.ports().btrfs().commit(machine.layout().deployments());
    files.deleteTree(initrd);
    files.rename(made, initrd);
  }
}

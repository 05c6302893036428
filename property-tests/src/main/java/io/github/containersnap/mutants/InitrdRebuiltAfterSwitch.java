package io.github.containersnap.mutants;

import io.github.containersnap.engine.BootMenu;
import io.github.containersnap.engine.Machine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The new default's initrd is made anew, in place, once it is the default. That takes longer than
 * the kernel's commit interval, so the filesystem is committed in the middle of it.
 */
final class InitrdRebuiltAfterSwitch extends BootloaderDecorator {
  private final Machine machine;

  InitrdRebuiltAfterSwitch(Machine machine) {
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
    try {
      byte[] content = Files.readAllBytes(initrd);
      Files.write(initrd, new byte[0]);
      machine.ports().btrfs().commit(machine.layout().deployments());
      Files.write(initrd, content);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot rebuild " + initrd, e);
    }
  }
}

package io.github.containersnap.mutants;

import io.github.containersnap.adapter.DefaultSubvolume;
import io.github.containersnap.engine.BootMenu;
import io.github.containersnap.engine.Machine;

/** On a host that boots the default subvolume, it is set and not committed (DESIGN fact 2). */
final class NoCommitAfterSetDefault extends BootloaderDecorator {
  private final Machine machine;

  NoCommitAfterSetDefault(Machine machine) {
    super(machine.ports().bootloader());
    this.machine = machine;
  }

  @Override
  public void replaceMenu(BootMenu menu) {
    new DefaultSubvolume(
            machine.layout(),
            machine.ports().files(),
            new CommitLeftOut(machine.ports().btrfs(), machine.layout().system()))
        .replaceMenu(menu);
  }
}

package io.github.containersnap.harness.mutant.port;

import io.github.containersnap.adapter.bootloader.DefaultSubvolume;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.harness.mutant.decorator.BootloaderDecorator;

/** On a host that boots the default subvolume, it is set and not committed (DESIGN fact 2). */
public final class NoCommitAfterSetDefault extends BootloaderDecorator {
  private final Machine machine;

  /** The port of {@code machine} with this fault. */
  public NoCommitAfterSetDefault(Machine machine) {
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

package io.github.containersnap.harness.mutant.decorator;

import io.github.containersnap.adapter.bootloader.GrubBtrfs;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.port.Btrfs;
import java.util.function.UnaryOperator;

/** The real boot loader adapter over a btrfs that misbehaves, a new one for each change of menu. */
public final class MenuOnOtherBtrfs extends BootloaderDecorator {
  private final Machine machine;
  private final UnaryOperator<Btrfs> fault;

  /** The boot loader of {@code machine} over a btrfs with a fault. */
  public MenuOnOtherBtrfs(Machine machine, UnaryOperator<Btrfs> fault) {
    super(machine.ports().bootloader());
    this.machine = machine;
    this.fault = fault;
  }

  @Override
  public void replaceMenu(BootMenu menu) {
    new GrubBtrfs(machine.layout(), machine.ports().files(), fault.apply(machine.ports().btrfs()))
        .replaceMenu(menu);
  }
}

package io.github.containersnap.harness.mutant.port;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.BootEntry;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.harness.mutant.decorator.BootloaderDecorator;
import java.nio.file.Path;

/** Recovery takes the fallback for something that was left lying. */
public final class FallbackDeleted extends BootloaderDecorator {
  private final Machine machine;

  /** The port of {@code machine} with this fault. */
  public FallbackDeleted(Machine machine) {
    super(machine.ports().bootloader());
    this.machine = machine;
  }

  @Override
  public void removeLeftovers() {
    super.removeLeftovers();
    menu()
        .flatMap(BootMenu::fallback)
        .map(BootEntry::deployment)
        .map(machine.layout()::deployment)
        .filter(machine.ports().btrfs()::isSubvolume)
        .ifPresent(this::delete);
  }

  private void delete(Path root) {
    machine.ports().btrfs().setReadOnly(root, false);
    machine.ports().btrfs().deleteSubvolume(root);
  }
}

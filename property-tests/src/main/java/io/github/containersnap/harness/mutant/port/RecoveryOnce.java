package io.github.containersnap.harness.mutant.port;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.harness.mutant.decorator.BootloaderDecorator;
import java.nio.file.Path;

/** A recovery notes that it is at work, and one that finds such a note gives up. */
public final class RecoveryOnce extends BootloaderDecorator {
  private final Machine machine;

  /** The port of {@code machine} with this fault. */
  public RecoveryOnce(Machine machine) {
    super(machine.ports().bootloader());
    this.machine = machine;
  }

  @Override
  public void removeLeftovers() {
    Path note = machine.layout().state().resolve("recovering");
    boolean interrupted = !machine.ports().files().names(machine.layout().journal()).isEmpty();
    if (interrupted) {
      machine.ports().files().write(note, ""); // fails if it is there
    } else {
      machine.ports().files().deleteTree(note);
    }
    super.removeLeftovers();
  }
}

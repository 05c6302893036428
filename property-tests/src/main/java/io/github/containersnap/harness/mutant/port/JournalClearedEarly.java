package io.github.containersnap.harness.mutant.port;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.harness.mutant.decorator.BootloaderDecorator;
import java.nio.file.Path;

/** The journal is cleared just before the commit point, not after it. */
public final class JournalClearedEarly extends BootloaderDecorator {
  private final Machine machine;

  /** The port of {@code machine} with this fault. */
  public JournalClearedEarly(Machine machine) {
    super(machine.ports().bootloader());
    this.machine = machine;
  }

  @Override
  public void replaceMenu(BootMenu menu) {
    Path journal = machine.layout().journal();
    machine
        .ports()
        .files()
        .names(journal)
        .forEach(name -> machine.ports().files().deleteDurably(journal.resolve(name)));
    super.replaceMenu(menu);
  }
}

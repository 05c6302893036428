package io.github.containersnap.mutants;

import io.github.containersnap.engine.BootMenu;
import io.github.containersnap.engine.Machine;
import java.nio.file.Path;

/** The journal is cleared just before the commit point, not after it. */
final class JournalClearedEarly extends BootloaderDecorator {
  private final Machine machine;

  JournalClearedEarly(Machine machine) {
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

package io.github.containersnap.harness.mutant.decorator;

import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.port.Bootloader;
import java.util.Optional;

/** A boot loader that behaves, for mutants to misbehave in one method of. */
public abstract class BootloaderDecorator implements Bootloader {
  private final Bootloader real;

  /** A boot loader that passes all calls on to {@code real}. */
  public BootloaderDecorator(Bootloader real) {
    this.real = real;
  }

  @Override
  public void initialize() {
    real.initialize();
  }

  @Override
  public Optional<BootMenu> menu() {
    return real.menu();
  }

  @Override
  public void replaceMenu(BootMenu menu) {
    real.replaceMenu(menu);
  }

  @Override
  public boolean countsBoots() {
    return real.countsBoots();
  }

  @Override
  public boolean passesArguments() {
    return real.passesArguments();
  }

  @Override
  public void removeLeftovers() {
    real.removeLeftovers();
  }
}

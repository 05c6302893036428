package io.github.containersnap.mutants;

import io.github.containersnap.engine.Boot;
import io.github.containersnap.engine.Machine;
import io.github.containersnap.engine.port.Ports;
import io.github.containersnap.properties.Property;
import java.util.Optional;
import java.util.stream.Stream;

/** The faults that can be switched on. */
public enum Mutant {
  /** The boot menu names the new deployment while that is still a draft. */
  DEFAULT_BEFORE_COMPLETE(
      "default-before-complete", Property.P1, "the new default is set before its tree is whole") {
    @Override
    Ports spoil(Machine machine) {
      Ports ports = machine.ports();
      return ports.with(new DefaultBeforeComplete(machine));
    }
  },

  /** The boot menu is renamed into place, and success is reported, without the commit after it. */
  NO_COMMIT_AFTER_SWITCH(
      "no-commit-after-switch", Property.P2, "success is reported before the filesystem commit") {
    @Override
    Ports spoil(Machine machine) {
      Ports ports = machine.ports();
      return ports.with(NoCommitAfterSwitch.bootloader(machine));
    }
  },

  /** What the store claims is deployed without proof. */
  TRUST_THE_STORE(
      "trust-the-store", Property.P5, "the pulled layer is deployed without proof of its content") {
    @Override
    Ports spoil(Machine machine) {
      Ports ports = machine.ports();
      return ports.with(new TrustTheStore(ports.store(), machine.layout()));
    }
  };

  private final String optionName;
  private final Property property;
  private final String description;

  Mutant(String optionName, Property property, String description) {
    this.optionName = optionName;
    this.property = property;
    this.description = description;
  }

  abstract Ports spoil(Machine machine);

  /**
   * The machine with this fault. Its current deployment is fixed as it is now: a fault that moves
   * the default must not, on a system that is not running, move the current deployment with it.
   */
  public Machine of(Machine machine) {
    return new Machine(
        spoil(machine), machine.layout(), machine.current().map(Boot::of), machine.progress());
  }

  /** The name on the command line. */
  public String optionName() {
    return optionName;
  }

  /** The property that this fault breaks. */
  public Property property() {
    return property;
  }

  /** What is wrong with it, as a sentence part. */
  public String description() {
    return description;
  }

  /** The mutant of that name. */
  public static Optional<Mutant> named(String name) {
    return Stream.of(values()).filter(mutant -> mutant.optionName.equals(name)).findFirst();
  }
}

package io.github.containersnap.engine;

import io.github.containersnap.engine.port.Ports;
import io.github.containersnap.engine.port.SystemLock;
import java.util.Optional;

/** Makes a deployment that is already there the default. */
public final class Switch {
  private final Machine machine;
  private final Ports ports;

  /** Switches on {@code machine}. */
  public Switch(Machine machine) {
    this.machine = machine;
    this.ports = machine.ports();
  }

  /**
   * Makes {@code id} the default and the current deployment the fallback. Returns after the commit
   * is durable; a crash in it leaves the old menu or the new one.
   *
   * @throws NotADeploymentException if there is no such deployment
   * @throws UnbootableDeploymentException if it could not boot as it is now
   * @throws RefusedException if it is writable: what boots must be what was closed
   */
  public void to(DeploymentId id) {
    machine.requireInitialized();
    try (SystemLock.Held held = ports.lock().acquire()) {
      new Recovery(machine).whileLocked();
      replaceMenu(id);
    }
  }

  /**
   * Makes the fallback the default, and the default the fallback.
   *
   * @return the new default
   * @throws NotADeploymentException if there is no fallback
   */
  public DeploymentId back() {
    machine.requireInitialized();
    try (SystemLock.Held held = ports.lock().acquire()) {
      new Recovery(machine).whileLocked();
      DeploymentId fallback =
          ports
              .bootloader()
              .menu()
              .flatMap(BootMenu::fallback)
              .map(BootEntry::deployment)
              .orElseThrow(NotADeploymentException::noFallback);
      replaceMenu(fallback);
      return fallback;
    }
  }

  private void replaceMenu(DeploymentId id) {
    BootEntry wanted = machine.deployments().entry(id);
    if (!machine.deployments().isReadOnly(id)) {
      throw RefusedException.switchToWritable(id);
    }
    new SpareRoom(machine).useIfTight();
    Optional<DeploymentId> fallback =
        machine.current().filter(current -> !current.equals(id)).or(() -> otherThan(id));
    ports
        .bootloader()
        .replaceMenu(
            new BootMenu(
                wanted,
                fallback.flatMap(
                    it -> machine.deployments().fallbackEntry(it, ports.bootloader().menu()))));
  }

  /** Of the menu in force, the entry that is not {@code id}. */
  private Optional<DeploymentId> otherThan(DeploymentId id) {
    return ports
        .bootloader()
        .menu()
        .flatMap(
            menu ->
                menu.byDefault().deployment().equals(id)
                    ? menu.fallback().map(BootEntry::deployment)
                    : Optional.of(menu.byDefault().deployment()));
  }
}

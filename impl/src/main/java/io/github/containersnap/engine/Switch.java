package io.github.containersnap.engine;

import io.github.containersnap.engine.bootable.UnbootableDeploymentException;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.NextMenu;
import io.github.containersnap.engine.deployment.RefusedException;
import io.github.containersnap.engine.deployment.SpareRoom;
import io.github.containersnap.engine.model.BootEntry;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.DamagedStateException;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.NotADeploymentException;
import io.github.containersnap.engine.model.TrialState;
import io.github.containersnap.engine.port.Ports;
import java.util.List;
import java.util.Optional;

/** Makes a deployment that is already there the default. */
public final class Switch {
  private final Machine machine;
  private final boolean keepingEtc;
  private final Ports ports;

  /** Switches on {@code machine}. */
  public Switch(Machine machine) {
    this(machine, false);
  }

  private Switch(Machine machine, boolean keepingEtc) {
    this.machine = machine;
    this.keepingEtc = keepingEtc;
    this.ports = machine.ports();
  }

  /** The same, but what was changed in the current /etc is carried over to the new default. */
  public Switch keepingEtc() {
    return new Switch(machine, true);
  }

  /**
   * What was changed in the current /etc and would not be in the new default's, as paths below
   * /etc. Only reads.
   *
   * @param wanted the new default; empty for the fallback
   */
  public List<String> leavesBehind(Optional<DeploymentId> wanted) {
    Optional<DeploymentId> next = wanted.or(machine::fallback);
    return machine
        .current()
        .filter(current -> !next.equals(Optional.of(current)))
        .flatMap(current -> next.map(id -> new Finalization(machine).leftBehind(id, current)))
        .orElse(List.of());
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
    new Transaction(machine).unrecovered(() -> switchTo(id));
  }

  private void switchTo(DeploymentId id) {
    Optional<BootMenu> inForce = readableMenu();
    if (inForce.isPresent()) {
      recover();
    }
    replaceMenu(id, inForce);
  }

  /** A switch is how a damaged menu is repaired; what it said is then lost, as is the fallback. */
  private Optional<BootMenu> readableMenu() {
    try {
      return ports.bootloader().menu();
    } catch (DamagedStateException e) {
      machine.progress().notes(e.getMessage() + " It is written again.");
      return Optional.empty();
    }
  }

  /**
   * A recovery that fails does not stop a switch: it may be what the machine is to be saved from.
   * It changes no menu, and its journal stays for the next one.
   */
  private void recover() {
    try {
      new Transaction(machine).recover();
    } catch (RuntimeException failure) {
      machine
          .progress()
          .notes(
              "recovering what was interrupted failed (%s); the next recovery tries again"
                  .formatted(failure.getMessage()));
    }
  }

  /**
   * Makes the fallback the default, and the default the fallback.
   *
   * @return the new default
   * @throws NotADeploymentException if there is no fallback
   * @throws RefusedException if the fallback is what this machine fell back from
   */
  public DeploymentId back() {
    return new Transaction(machine).unrecovered(this::switchBack);
  }

  private DeploymentId switchBack() {
    recover();
    Optional<BootMenu> inForce = ports.bootloader().menu();
    BootEntry fallback =
        inForce.flatMap(BootMenu::fallback).orElseThrow(NotADeploymentException::noFallback);
    if (fallback.standing() instanceof TrialState.Failed) {
      throw RefusedException.rollbackToFailed(fallback.deployment());
    }
    replaceMenu(fallback.deployment(), inForce);
    return fallback.deployment();
  }

  private void replaceMenu(DeploymentId id, Optional<BootMenu> inForce) {
    BootMenu next = new NextMenu(machine, inForce).to(id);
    if (!machine.deployments().isReadOnly(id)) {
      throw RefusedException.switchToWritable(id);
    }
    new SpareRoom(machine).useIfTight();
    Optional<DeploymentId> source = keepingEtc ? otherThan(id, inForce) : Optional.empty();
    if (source.isPresent()) {
      new Finalization(machine)
          .carryBack(id, source.get(), () -> ports.bootloader().replaceMenu(next))
          .conflicts()
          .forEach(conflict -> machine.progress().notes(conflict.inWords()));
    } else {
      ports.bootloader().replaceMenu(next);
    }
  }

  /** What runs, or would; a menu that cannot be read says nothing of that. */
  private Optional<DeploymentId> otherThan(DeploymentId id, Optional<BootMenu> inForce) {
    return machine
        .running()
        .or(() -> inForce.map(menu -> menu.byDefault().deployment()))
        .filter(current -> !current.equals(id));
  }
}

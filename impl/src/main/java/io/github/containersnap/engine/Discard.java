package io.github.containersnap.engine;

import io.github.containersnap.engine.bootable.UnbootableDeploymentException;
import io.github.containersnap.engine.deployment.EtcOrigins;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.NextMenu;
import io.github.containersnap.engine.deployment.Pins;
import io.github.containersnap.engine.deployment.RefusedException;
import io.github.containersnap.engine.deployment.SpareRoom;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.NotADeploymentException;
import io.github.containersnap.engine.model.TrialState;
import io.github.containersnap.engine.port.Ports;
import java.util.Optional;

/**
 * Takes back what would boot next: what runs becomes the default again, and a deployment that was
 * made for the next boot goes.
 *
 * <p>A crash before the new menu is durable leaves the deployment pending. A crash after that
 * leaves it on disk and out of the menu, whole or on its way out: the next prune or recovery
 * removes it.
 */
public final class Discard {
  private final Machine machine;
  private final Ports ports;

  /** On {@code machine}. */
  public Discard(Machine machine) {
    this.machine = machine;
    this.ports = machine.ports();
  }

  /**
   * What came of it.
   *
   * @param boots what runs, and boots next
   * @param pending what would have booted
   * @param removed whether that is gone
   */
  public record Discarded(DeploymentId boots, DeploymentId pending, boolean removed) {}

  /**
   * Discards. Returns when the new menu is durable; a failure to clear up after that is a note.
   *
   * @throws NotADeploymentException if nothing runs, or if what runs boots next anyway
   * @throws RefusedException if what runs is writable: what boots must be what was closed
   * @throws UnbootableDeploymentException if what runs could not boot as it is now
   */
  public Discarded run() {
    return new Transaction(machine).run(this::whileLocked);
  }

  private Discarded whileLocked() {
    DeploymentId running =
        machine.running().orElseThrow(() -> NotADeploymentException.none("current"));
    DeploymentId pending = machine.pending().orElseThrow(NotADeploymentException::nonePending);
    Optional<BootMenu> inForce = ports.bootloader().menu();
    if (!machine.deployments().isReadOnly(running)) {
      throw RefusedException.switchToWritable(running);
    }
    boolean wasMade = wasMadeForTheNextBoot(machine, pending, running, inForce);
    boolean goes = wasMade && !new Pins(machine).all().contains(pending);
    NextMenu next = new NextMenu(machine, inForce);
    new SpareRoom(machine).useIfTight();
    // COMMIT POINT, as of an update: nothing after it may make this fail.
    ports.bootloader().replaceMenu((wasMade ? next.without(pending) : next).to(running));
    return new Discarded(running, pending, goes && isRemoved(pending));
  }

  /**
   * Neither what has come up once, nor what was there before the running one, was made for it. The
   * menu knows only of its own entries that they have come up; the blessing also ends that a
   * deployment's /etc follows another's.
   */
  static boolean wasMadeForTheNextBoot(
      Machine machine, DeploymentId pending, DeploymentId running, Optional<BootMenu> inForce) {
    boolean cameUp =
        inForce
            .flatMap(menu -> menu.entry(pending))
            .filter(entry -> entry.standing() instanceof TrialState.Blessed)
            .isPresent();
    return !cameUp
        && madeIn(machine, pending) > madeIn(machine, running)
        && !new EtcOrigins(machine.ports(), machine.layout()).mayHaveComeUp(pending);
  }

  private static long madeIn(Machine machine, DeploymentId id) {
    return machine.ports().btrfs().generation(machine.layout().deployment(id)).creation();
  }

  private boolean isRemoved(DeploymentId pending) {
    return Deletion.clearsUp(
        machine, pending, () -> machine.removal().remove(pending), "`container-snap prune`");
  }
}

package io.github.containersnap.engine;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.Pins;
import io.github.containersnap.engine.deployment.SpareRoom;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.NotADeploymentException;
import io.github.containersnap.engine.port.Ports;
import java.nio.file.Path;

/** Pins deployments and takes pins away. {@link Pins} says which there are. */
public final class Pinning {
  private final Machine machine;
  private final Ports ports;

  /** Of {@code machine}. */
  public Pinning(Machine machine) {
    this.machine = machine;
    this.ports = machine.ports();
  }

  /**
   * Pins a deployment; returns when that is durable. A crash before leaves it pinned or not; a
   * failure leaves it as it was.
   *
   * @throws NotADeploymentException if there is no such deployment
   */
  public void pin(DeploymentId id) {
    new Transaction(machine).run(() -> makePin(id));
  }

  private void makePin(DeploymentId id) {
    machine.deployments().root(id);
    Path pin = pin(id.toString());
    if (ports.files().exists(pin)) {
      ports.btrfs().commit(machine.layout().state()); // an earlier pin may have been killed
      return;
    }
    new SpareRoom(machine).useIfTight();
    ports.files().createDirectories(machine.layout().pins());
    new SmallChange(
            machine, () -> ports.files().write(pin, ""), () -> ports.files().deleteTree(pin))
        .makeDurable();
  }

  /**
   * Takes a pin away; returns when that is durable. That there is none is no error: the deployment
   * is then as wanted.
   */
  public void unpin(DeploymentId id) {
    new Transaction(machine).run(() -> removePin(id));
  }

  private void removePin(DeploymentId id) {
    Path pin = pin(id.toString());
    if (ports.files().exists(pin)) {
      new SmallChange(machine, () -> ports.files().deleteTree(pin), () -> restore(pin))
          .makeDurable();
    } else {
      ports.btrfs().commit(machine.layout().state()); // an earlier unpin may have been killed
    }
  }

  private void restore(Path pin) {
    if (!ports.files().exists(pin)) {
      ports.files().write(pin, "");
    }
  }

  private Path pin(String name) {
    return machine.layout().pins().resolve(name);
  }
}

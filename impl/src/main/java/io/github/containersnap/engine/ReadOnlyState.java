package io.github.containersnap.engine;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.Protection;
import io.github.containersnap.engine.deployment.RefusedException;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.NotADeploymentException;
import io.github.containersnap.engine.port.Ports;
import java.nio.file.Path;
import java.util.Optional;

/** Opens a snapshot for work, and closes it. */
public final class ReadOnlyState {
  private final Machine machine;
  private final Ports ports;

  /** Opens and closes on {@code machine}. */
  public ReadOnlyState(Machine machine) {
    this.machine = machine;
    this.ports = machine.ports();
  }

  /**
   * Makes a deployment's root read-only; returns when that and all that was written in it are
   * durable. A crash before leaves it writable or not, with a part of the work.
   *
   * @throws NotADeploymentException if there is no such deployment
   */
  public void close(DeploymentId id) {
    new Transaction(machine).run(() -> set(id, true));
  }

  /**
   * Makes a deployment's root writable; returns when that is durable.
   *
   * @throws NotADeploymentException if there is no such deployment
   * @throws RefusedException if it runs, if it may boot as it is, or if it is its image unchanged:
   *     those would no longer be what they were proven to be
   */
  public void open(DeploymentId id) {
    new Transaction(machine).run(() -> makeWritable(id));
  }

  private void makeWritable(DeploymentId id) {
    machine.deployments().root(id);
    Optional<Protection.Reason> bootable = Protection.of(machine).asBootable(id);
    if (bootable.isPresent()) {
      throw RefusedException.writable(id, bootable.get());
    }
    if (id.work() == 0) {
      throw RefusedException.pristine(id);
    }
    set(id, false);
  }

  private void set(DeploymentId id, boolean readOnly) {
    Path root = machine.deployments().root(id).root();
    boolean before = machine.deployments().isReadOnly(id);
    new SmallChange(
            machine,
            () -> ports.btrfs().setReadOnly(root, readOnly),
            () -> ports.btrfs().setReadOnly(root, before))
        .makeDurable();
  }
}

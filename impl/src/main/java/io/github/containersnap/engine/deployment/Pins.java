package io.github.containersnap.engine.deployment;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.port.Ports;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The deployments that an administrator wants kept. A pin is an empty file of the deployment's
 * name: each stands for itself, and there is no list that could be damaged.
 */
public final class Pins {
  private final Machine machine;
  private final Ports ports;

  /** The pins of {@code machine}. */
  public Pins(Machine machine) {
    this.machine = machine;
    this.ports = machine.ports();
  }

  /** The pinned deployments, in the order of their ids. Only reads. */
  public NavigableSet<DeploymentId> all() {
    NavigableSet<DeploymentId> pinned = new TreeSet<>();
    ports.files().names(machine.layout().pins()).stream()
        .map(DeploymentId::read)
        .flatMap(Optional::stream)
        .forEach(pinned::add);
    return pinned;
  }
}

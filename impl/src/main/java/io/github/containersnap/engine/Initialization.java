package io.github.containersnap.engine;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.SpareRoom;
import io.github.containersnap.engine.deployment.TukitNeeds;
import io.github.containersnap.engine.model.DeploymentLayout;

/**
 * Makes the layout that deployments live in, and gives a deployment with tukit what that needs.
 * Repeatable; a crash in it leaves a part of it.
 */
public final class Initialization {
  private final Machine machine;

  /** Prepares {@code machine}. */
  public Initialization(Machine machine) {
    this.machine = machine;
  }

  /** Makes what is missing of the layout; returns when it is durable. */
  public void run() {
    DeploymentLayout layout = machine.layout();
    var files = machine.ports().files();
    if (!files.exists(layout.var())) {
      machine.ports().btrfs().createSubvolume(layout.var()); // a directory could not be mounted
    }
    files.createDirectories(layout.state());
    machine.ports().bootloader().initialize();
    machine.ports().store().initialize();
    files.createDirectories(layout.journal());
    files.createDirectories(layout.pins());
    if (!files.exists(layout.lock())) {
      files.write(layout.lock(), ""); // a full disk has no room for it later
    }
    new SpareRoom(machine).provide();
    files.createDirectories(layout.deployments()); // last: its presence says that all is there
    new TukitNeeds(machine).provideCurrent();
    machine.ports().btrfs().commit(layout.state());
  }
}

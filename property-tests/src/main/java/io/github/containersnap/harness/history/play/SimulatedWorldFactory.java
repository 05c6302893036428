package io.github.containersnap.harness.history.play;

import io.github.containersnap.harness.history.History;
import io.github.containersnap.harness.world.World;
import io.github.containersnap.harness.world.simulated.SimulatedMachine;
import io.github.containersnap.harness.world.simulated.SimulatedWorld;

/** Machines in memory. */
final class SimulatedWorldFactory implements WorldFactory {
  private final InstalledMachines installations = new InstalledMachines();

  @Override
  public String name() {
    return "simulated";
  }

  @Override
  public World empty(long seed) {
    return new SimulatedWorld(new SimulatedMachine(seed));
  }

  @Override
  public World like(long seed, World other) {
    return other.copy(seed);
  }

  @Override
  public History adapted(History history) {
    return history;
  }

  @Override
  public int triesOfShrinking() {
    return 3000;
  }

  @Override
  public InstalledMachines installations() {
    return installations;
  }
}

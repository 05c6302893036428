package io.github.containersnap.histories;

import io.github.containersnap.simulation.SimulatedMachine;

/** Machines in memory. */
final class SimulatedWorlds implements Worlds {
  private final Installations installations = new Installations();

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
  public Installations installations() {
    return installations;
  }
}

package io.github.containersnap.harness.history.play;

import io.github.containersnap.harness.history.History;
import io.github.containersnap.harness.world.World;

/** Makes machines of one kind of world. */
public interface WorldFactory {
  /** The simulated world. */
  WorldFactory SIMULATED = new SimulatedWorldFactory();

  /** What it is called on the command line. */
  String name();

  /**
   * A machine with an empty disk.
   *
   * @param seed of all that is not determined on it
   */
  World empty(long seed);

  /** A machine that is like {@code other}, at rest, and goes its own way from here on. */
  World like(long seed, World other);

  /** A history with images that machines of this world can start, of those that it has. */
  History adapted(History history);

  /** How often a history may be played to make it shorter. */
  int triesOfShrinking();

  /** The machines that were installed in it before. */
  InstalledMachines installations();
}

package io.github.containersnap.histories;

import io.github.containersnap.simulation.Strike;
import java.util.List;

/**
 * A step, and what strikes it.
 *
 * @param step what happens
 * @param strikes what strikes the command
 * @param duringRecovery what strikes the recovery that follows a struck command
 */
public record Act(Step step, List<Strike> strikes, List<Strike> duringRecovery) {
  public Act {
    strikes = List.copyOf(strikes);
    duringRecovery = List.copyOf(duringRecovery);
  }

  /** A step that nothing strikes. */
  public static Act of(Step step) {
    return new Act(step, List.of(), List.of());
  }
}

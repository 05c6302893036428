package io.github.containersnap.harness.history;

import io.github.containersnap.harness.world.Strike;
import java.util.List;

/**
 * A step, and what strikes it.
 *
 * @param step what happens
 * @param strikes what strikes the command
 * @param duringRecovery what strikes the recovery that follows a struck command
 * @param withoutRecovery whether no recovery follows: the next command finds the machine as this
 *     one left it
 */
public record Act(
    Step step, List<Strike> strikes, List<Strike> duringRecovery, boolean withoutRecovery) {
  public Act {
    strikes = List.copyOf(strikes);
    duringRecovery = List.copyOf(duringRecovery);
  }

  /** A step after which the machine is recovered if something struck. */
  public Act(Step step, List<Strike> strikes, List<Strike> duringRecovery) {
    this(step, strikes, duringRecovery, false);
  }

  /** A step that nothing strikes. */
  public static Act of(Step step) {
    return new Act(step, List.of(), List.of());
  }

  /** The same faults, of another step. */
  public Act with(Step other) {
    return new Act(other, strikes, duringRecovery, withoutRecovery);
  }

  Act with(List<Strike> otherStrikes, List<Strike> otherDuringRecovery) {
    return new Act(step, otherStrikes, otherDuringRecovery, withoutRecovery);
  }

  Act withRecovery() {
    return new Act(step, strikes, duringRecovery, false);
  }
}

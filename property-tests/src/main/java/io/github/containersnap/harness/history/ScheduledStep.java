package io.github.containersnap.harness.history;

import io.github.containersnap.harness.world.ScheduledFault;
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
public record ScheduledStep(
    HistoryStep step,
    List<ScheduledFault> strikes,
    List<ScheduledFault> duringRecovery,
    boolean withoutRecovery) {
  public ScheduledStep {
    strikes = List.copyOf(strikes);
    duringRecovery = List.copyOf(duringRecovery);
  }

  /** A step after which the machine is recovered if something struck. */
  public ScheduledStep(
      HistoryStep step, List<ScheduledFault> strikes, List<ScheduledFault> duringRecovery) {
    this(step, strikes, duringRecovery, false);
  }

  /** A step that nothing strikes. */
  public static ScheduledStep of(HistoryStep step) {
    return new ScheduledStep(step, List.of(), List.of());
  }

  /** The same faults, of another step. */
  public ScheduledStep with(HistoryStep other) {
    return new ScheduledStep(other, strikes, duringRecovery, withoutRecovery);
  }

  ScheduledStep with(List<ScheduledFault> otherStrikes, List<ScheduledFault> otherDuringRecovery) {
    return new ScheduledStep(step, otherStrikes, otherDuringRecovery, withoutRecovery);
  }

  ScheduledStep withRecovery() {
    return new ScheduledStep(step, strikes, duringRecovery, false);
  }
}

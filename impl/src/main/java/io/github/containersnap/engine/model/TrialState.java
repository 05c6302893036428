package io.github.containersnap.engine.model;

import java.time.Instant;

/**
 * What is known of a deployment in the boot menu: whether it has ever come up on this machine. It
 * is kept in the menu itself, so that it cannot be newer or older than what boots.
 */
public sealed interface TrialState extends Comparable<TrialState> {
  /** How many boots a trial has. */
  int BOOTS_OF_A_TRIAL = 3;

  /** Came up once, whole; the best there is to fall back to. */
  record Blessed() implements TrialState {}

  /**
   * Was never blessed, and is not counted: there is nothing to fall back to, or it has no way of
   * blessing itself.
   */
  record Untried() implements TrialState {}

  /**
   * Boots {@link #BOOTS_OF_A_TRIAL} times at most; if it is not blessed by then, the fallback boots
   * from then on.
   *
   * @param since when the trial was armed, in whole seconds. It tells this trial from an earlier
   *     one, whose boots are used up.
   */
  record OnTrial(Instant since) implements TrialState {}

  /** Did not come up: its trial ran out, or the boot loader could not start it. */
  record Failed() implements TrialState {}

  /** How good a fallback it makes, the best first. */
  private int rank() {
    return switch (this) {
      case Blessed _ -> 0;
      case Untried _ -> 1;
      case OnTrial _ -> 2;
      case Failed _ -> 3;
    };
  }

  @Override
  default int compareTo(TrialState other) {
    return Integer.compare(rank(), other.rank());
  }
}

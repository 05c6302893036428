package io.github.containersnap.gate.check;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * How long the rest of a sweep takes. A class that is examined in depth takes as long as dozens of
 * states that are only recognised, and classes are not spread evenly: most are found where the
 * update commits. So time is shared out by cost, and the classes to come are guessed from how many
 * the last quarter of the states brought, not from the whole.
 */
final class SweepEstimate {
  /** What a class costs in states that are only recognised, as measured. */
  private static final double EXAMINATION = 30;

  private static final int FEWEST_STATES = 20;
  private static final double RECENT = 0.25;

  private final int total;
  private final Deque<Reading> readings = new ArrayDeque<>();

  /** So many states were done, and so many classes had been examined. */
  private record Reading(int done, int classes) {}

  /** The estimate of a sweep of so many states. */
  SweepEstimate(int total) {
    this.total = total;
  }

  /**
   * Hears how far the sweep is, and estimates the rest; empty if it is too early to tell.
   *
   * @param done states that have a verdict
   * @param classes classes that were examined
   * @param elapsed since the sweep began
   */
  synchronized Optional<Duration> left(int done, int classes, Duration elapsed) {
    readings.addLast(new Reading(done, classes));
    while (readings.size() > 2 && readings.getFirst().done() < done - Math.max(1, done * RECENT)) {
      readings.removeFirst();
    }
    if (done < Math.min(FEWEST_STATES, total)) {
      return Optional.empty();
    }
    Reading before = readings.getFirst();
    double classesAState =
        (classes - before.classes()) / (double) Math.max(1, done - before.done());
    double cost = done + EXAMINATION * classes;
    double rest = (total - done) * (1 + EXAMINATION * Math.max(0, classesAState));
    return Optional.of(Duration.ofMillis(Math.round(elapsed.toMillis() * rest / cost)));
  }
}

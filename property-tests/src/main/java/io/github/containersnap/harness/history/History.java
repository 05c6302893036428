package io.github.containersnap.harness.history;

import io.github.containersnap.harness.world.HistoryImage.Specification;
import java.util.List;

/**
 * What happens to one machine, from its first installation on. It ends with a power cut, a boot, a
 * recovery, the last update once more, and a prune; those are not in the list.
 *
 * @param seed of all that is not determined on the machine: what of the data in flight a power cut
 *     leaves
 * @param first the image it is installed with
 * @param acts what happens then
 */
public record History(long seed, Specification first, List<ScheduledStep> acts) {
  /** More would be a mistake in a file. */
  static final int MOST_ACTS = 1000;

  public History {
    acts = List.copyOf(acts);
    if (acts.size() > MOST_ACTS) {
      throw new IllegalArgumentException("a history of more than " + MOST_ACTS + " steps");
    }
  }

  /** The same with other acts. */
  public History with(List<ScheduledStep> other) {
    return new History(seed, first, other);
  }

  /** How many faults may strike. */
  public int strikes() {
    return acts.stream().mapToInt(it -> it.strikes().size() + it.duringRecovery().size()).sum();
  }
}

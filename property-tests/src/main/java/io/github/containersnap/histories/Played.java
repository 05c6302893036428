package io.github.containersnap.histories;

import io.github.containersnap.properties.Violation;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a history went.
 *
 * @param violation the first property that did not hold, if one did not
 * @param faults how many faults struck
 * @param crashStates how many crash states of recorded disks were looked at
 * @param story what happened, a sentence each; empty if nobody asked for it
 * @param counts what the history was made of: how often each thing happened
 */
public record Played(
    Optional<Violation> violation,
    int faults,
    int crashStates,
    List<String> story,
    Map<String, Integer> counts) {
  public Played {
    story = List.copyOf(story);
    counts = Map.copyOf(counts);
  }
}

package io.github.containersnap.harness.history;

import io.github.containersnap.harness.property.Violation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a history went.
 *
 * @param violation the first property that did not hold, if one did not
 * @param faults how many faults struck
 * @param crashStates how many crash states of recorded disks were looked at
 * @param story what happened, a sentence each; empty if nobody asked for it
 * @param counts what the history was made of: how often each thing happened
 * @param transitions what commands came to that one fault struck: verb, fault, how it ended,
 *     whether it then had happened
 */
public record HistoryResult(
    Optional<Violation> violation,
    int faults,
    int crashStates,
    List<String> story,
    Map<String, Integer> counts,
    Set<String> transitions) {
  public HistoryResult {
    story = List.copyOf(story);
    counts = Map.copyOf(counts);
    transitions = Set.copyOf(transitions);
  }
}

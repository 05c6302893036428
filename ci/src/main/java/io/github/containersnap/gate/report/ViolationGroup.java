package io.github.containersnap.gate.report;

import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.harness.sweep.StateVerdict;
import java.util.ArrayList;
import java.util.List;

/**
 * States that were checked one after the other and violate the same in the same words: to a person
 * they are one thing that is wrong. States of different families are kept apart.
 *
 * @param states at least one, in the order of the log
 * @param violations what all of them violate
 */
record ViolationGroup(List<StateVerdict> states, List<Violation> violations) {

  /** The groups among all verdicts of a run, in the order of the log. */
  static List<ViolationGroup> of(List<StateVerdict> verdicts) {
    List<ViolationGroup> groups = new ArrayList<>();
    List<StateVerdict> open = new ArrayList<>();
    List<Violation> shared = List.of();
    for (StateVerdict state : verdicts) {
      List<Violation> violations =
          state.verdict() instanceof Verdict.Violated violated ? violated.violations() : List.of();
      boolean otherKind =
          !open.isEmpty() && open.getLast().state().family() != state.state().family();
      if (!violations.equals(shared) || otherKind) {
        close(groups, open, shared);
        shared = violations;
      }
      if (!violations.isEmpty()) {
        open.add(state);
      }
    }
    close(groups, open, shared);
    return groups;
  }

  private static void close(
      List<ViolationGroup> groups, List<StateVerdict> open, List<Violation> shared) {
    if (!open.isEmpty()) {
      groups.add(new ViolationGroup(List.copyOf(open), shared));
      open.clear();
    }
  }

  StateVerdict first() {
    return states.getFirst();
  }

  StateVerdict last() {
    return states.getLast();
  }
}

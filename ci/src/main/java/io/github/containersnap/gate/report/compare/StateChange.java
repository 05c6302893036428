package io.github.containersnap.gate.report.compare;

import java.util.List;

/**
 * States next to each other that came to one thing in the first result and to another in the
 * second.
 *
 * @param kind what kind of change it is
 * @param first the moment of the first of them
 * @param last the moment of the last of them
 * @param states how many they are
 * @param before what the first came to in result A
 * @param after what the first came to in result B
 */
public record StateChange(
    Kind kind, String first, String last, int states, Seen before, Seen after) {

  /** What a change means, the worst first. */
  public enum Kind {
    /** Violated in B, and not in A. */
    BECAME_VIOLATED("became violated", "violated in B, and not in A"),
    /** Violated in both, but not by the same. */
    VIOLATED_OTHERWISE("violated otherwise", "violated in both, by something else"),
    /** Unknown in B, judged in A. */
    BECAME_UNKNOWN("became unknown", "not judged in B, but in A"),
    /** Violated or unknown in A, right in B. */
    BECAME_RIGHT("became right", "right in B, and violated or unknown in A"),
    /** Right in both; the machine boots the other of the two systems. */
    OTHER_SYSTEM("boots the other system", "right in both, but it boots the other system");

    private final String inWords;
    private final String meaning;

    Kind(String inWords, String meaning) {
      this.inWords = inWords;
      this.meaning = meaning;
    }

    /** Such as "became violated". */
    public String inWords() {
      return inWords;
    }

    /** What it means, of both results. */
    public String meaning() {
      return meaning;
    }
  }

  /**
   * What a state came to in one of the results.
   *
   * @param address its address there; empty if the result has no such state
   * @param outcome in words
   * @param classNumber its class, from 1; 0 if it is in none
   * @param faults what does not hold in it
   */
  public record Seen(String address, String outcome, int classNumber, List<String> faults) {
    static final Seen MISSING = new Seen("", "not checked", 0, List.of());

    /** Whether the other came to the same, wherever it lies. */
    boolean sameAs(Seen other) {
      return outcome.equals(other.outcome) && faults.equals(other.faults);
    }
  }

  /** Whether the state after these is one of them. */
  boolean continuedBy(StateChange next) {
    return kind == next.kind && before.sameAs(next.before) && after.sameAs(next.after);
  }

  /** These and the ones after them. */
  StateChange and(StateChange next) {
    return new StateChange(kind, first, next.last, states + next.states, before, after);
  }
}

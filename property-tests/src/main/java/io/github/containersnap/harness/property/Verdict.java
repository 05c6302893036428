package io.github.containersnap.harness.property;

import java.util.List;

/** What a check says of one crash state. Merged, violated beats unknown beats holds. */
public sealed interface Verdict {
  /** All that was checked holds; the machine boots {@code side}, whole. */
  record Holds(Side side) implements Verdict {}

  /** At least one property does not hold. */
  record Violated(List<Violation> violations) implements Verdict {
    public Violated {
      violations = List.copyOf(violations);
      if (violations.isEmpty()) {
        throw new IllegalArgumentException("a violated verdict names what is violated");
      }
    }
  }

  /** The check itself failed; never a pass. */
  record Unknown(String obstacle) implements Verdict {}
}

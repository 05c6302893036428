package io.github.containersnap.harness.history.play;

import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.property.Violation;
import java.util.Optional;

/** Ends the playing. */
final class HistoryAborted extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Optional<Violation> violation;

  HistoryAborted(Optional<Violation> violation) {
    super(null, null, false, false);
    this.violation = violation;
  }

  static HistoryAborted violated(Property property, String text) {
    return new HistoryAborted(Optional.of(new Violation(property, text)));
  }

  /** What does not hold, if that is why. */
  Optional<Violation> violation() {
    return violation;
  }

  /** Ends it if there is a violation. */
  static void with(Optional<Violation> violation) throws HistoryAborted {
    if (violation.isPresent()) {
      throw new HistoryAborted(violation);
    }
  }
}

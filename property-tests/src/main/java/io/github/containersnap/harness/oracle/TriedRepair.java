package io.github.containersnap.harness.oracle;

import io.github.containersnap.harness.property.Grade;
import java.util.Locale;
import java.util.Optional;

/**
 * How a repair went in one state.
 *
 * @param grade how whole the system is that boots after it
 * @param complaint what the repair said went wrong; empty if it reported success
 * @param wrong what is wrong with what boots, if that is neither system and can be told
 */
public record TriedRepair(Grade grade, Optional<String> complaint, Optional<String> wrong) {
  @Override
  public String toString() {
    return grade.name().toLowerCase(Locale.ROOT)
        + complaint.map(" (it failed: %s)"::formatted).orElse("")
        + wrong.map(", where "::concat).orElse("");
  }
}

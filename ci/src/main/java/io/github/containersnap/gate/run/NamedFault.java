package io.github.containersnap.gate.run;

import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.harness.sweep.StateVerdict;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * One thing that is wrong, told apart from others by the property and by what was seen. The same
 * fault shows in many states: ids, UUIDs and numbers in the words do not make another one.
 *
 * @param property the property that does not hold
 * @param what what was seen, with an ellipsis where states differ
 */
public record NamedFault(Property property, String what) {
  private static final Comparator<NamedFault> ORDER =
      Comparator.comparing(NamedFault::property).thenComparing(NamedFault::what);

  private static final Pattern UUID =
      Pattern.compile("\\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\\b");

  /** An id in full or in its short form, with its work number. */
  private static final Pattern ID = Pattern.compile("\\b[0-9a-f]{12,64}(?:-work[0-9]+)?\\b");

  private static final Pattern NUMBER = Pattern.compile("\\b[0-9][0-9,.]*\\b");

  /** The fault that a violation shows. */
  public static NamedFault of(Violation violation) {
    String what = violation.text().strip().replaceAll("\\s+", " ");
    for (Pattern varying : List.of(UUID, ID, NUMBER)) {
      what = varying.matcher(what).replaceAll("…");
    }
    return new NamedFault(violation.property(), what);
  }

  /** The faults that the verdicts name, with the number of states that show each. */
  public static Map<NamedFault, Long> in(List<StateVerdict> verdicts) {
    Map<NamedFault, Long> states = new TreeMap<>(ORDER);
    for (StateVerdict state : verdicts) {
      if (state.verdict() instanceof Verdict.Violated violated) {
        violated.violations().stream()
            .map(NamedFault::of)
            .distinct()
            .forEach(fault -> states.merge(fault, 1L, Long::sum));
      }
    }
    return states;
  }
}

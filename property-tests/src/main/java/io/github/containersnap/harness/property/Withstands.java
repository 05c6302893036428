package io.github.containersnap.harness.property;

import io.github.containersnap.harness.view.SystemView;
import java.util.List;

/**
 * P7, P8, P9, P12 and P13: a machine to which something was done is as it must be all the same.
 * Whatever else does not hold of it, breaks the property that speaks of what was done.
 *
 * @param property which
 */
public record Withstands(Property property) implements Judgement {
  private static final List<Judgement> OF_THE_MACHINE =
      List.of(
          new Durable(),
          new Atomic(),
          new ComesUp(),
          new FallsBack(),
          new OneTruth(),
          new Keeps(),
          new NoLeaks());

  @Override
  public List<Violation> judge(SystemView view, Expected expected) {
    return OF_THE_MACHINE.stream()
        .flatMap(judgement -> judgement.judge(view, expected).stream())
        .map(this::broken)
        .toList();
  }

  /** That another property does not hold, said of this one. */
  public Violation broken(Violation other) {
    return new Violation(property, other.text());
  }
}

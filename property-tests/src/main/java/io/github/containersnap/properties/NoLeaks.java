package io.github.containersnap.properties;

import java.util.ArrayList;
import java.util.List;

/** P6: nothing lies on the disk but what may lie there. */
public final class NoLeaks implements Judgement {
  @Override
  public List<Violation> judge(SystemView view, Expected expected) {
    if (view.obstacle().isPresent()) {
      return List.of();
    }
    List<Violation> violations = new ArrayList<>();
    for (String id : view.deployments()) {
      if (!expected.deployments().containsKey(id)) {
        violations.add(new Violation(Property.P6, "deployment %s is left over".formatted(id)));
      }
    }
    for (String stray : view.strays()) {
      violations.add(new Violation(Property.P6, "/%s is left over".formatted(stray)));
    }
    return List.copyOf(violations);
  }
}

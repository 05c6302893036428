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
    view.deployments()
        .known()
        .ifPresent(
            there ->
                there.stream()
                    .filter(id -> !expected.deployments().containsKey(id))
                    .forEach(id -> leftOver(violations, expected.nameOf(id))));
    view.strays()
        .known()
        .ifPresent(strays -> strays.forEach(path -> leftOver(violations, "/" + path)));
    return List.copyOf(violations);
  }

  private static void leftOver(List<Violation> violations, String what) {
    violations.add(new Violation(Property.P6, what + " is left over"));
  }
}

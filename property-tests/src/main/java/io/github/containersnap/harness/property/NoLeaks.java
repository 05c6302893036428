package io.github.containersnap.harness.property;

import io.github.containersnap.harness.view.SystemView;
import java.util.ArrayList;
import java.util.List;

/** P6: nothing is left but what may be there, on the disk and outside it. */
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
    view.leftOutside().known().ifPresent(left -> left.forEach(what -> leftOver(violations, what)));
    return List.copyOf(violations);
  }

  private static void leftOver(List<Violation> violations, String what) {
    violations.add(new Violation(Property.P6, what + " is left over"));
  }
}

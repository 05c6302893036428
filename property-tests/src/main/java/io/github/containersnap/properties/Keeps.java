package io.github.containersnap.properties;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** P4: required deployments, each /etc, shared data and pins are kept. */
public final class Keeps implements Judgement {
  @Override
  public List<Violation> judge(SystemView view, Expected expected) {
    if (view.obstacle().isPresent()) {
      return List.of();
    }
    List<Violation> violations = new ArrayList<>();
    for (String id : expected.required()) {
      if (!view.deployments().contains(id)) {
        violated(violations, "deployment %s is missing".formatted(id));
      }
    }
    for (String id : view.deployments()) {
      Optional<Expected.Deployment> known = Optional.ofNullable(expected.deployments().get(id));
      known
          .flatMap(it -> view.etc(id).flatMap(etc -> etc.differenceFrom(it.etc())))
          .ifPresent(what -> violated(violations, "the /etc of %s: %s".formatted(id, what)));
    }
    SortedMap<String, Tree> data = view.data();
    expected
        .data()
        .forEach(
            (name, tree) ->
                Optional.ofNullable(data.get(name))
                    .map(found -> found.differenceFrom(tree))
                    .orElse(Optional.of("it is missing"))
                    .ifPresent(what -> violated(violations, "/%s: %s".formatted(name, what))));
    if (!view.pins().equals(expected.pins())) {
      violated(violations, "pinned are %s, not %s".formatted(view.pins(), expected.pins()));
    }
    return List.copyOf(violations);
  }

  private static void violated(List<Violation> violations, String text) {
    violations.add(new Violation(Property.P4, text));
  }
}

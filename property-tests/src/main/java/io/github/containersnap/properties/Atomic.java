package io.github.containersnap.properties;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * P1: each entry that may start takes kernel, initrd and root from one whole deployment; and P10:
 * it tells the kernel what it needs to boot.
 */
public final class Atomic implements Judgement {
  @Override
  public List<Violation> judge(SystemView view, Expected expected) {
    List<Violation> violations = new ArrayList<>();
    view.obstacle()
        .ifPresent(why -> violated(violations, "the filesystem cannot be mounted: " + why));
    violations.addAll(expected.boot().violations(view.boot(Reader.BOOT_LOADER)));
    if (view.obstacle().isPresent()) {
      return List.copyOf(violations);
    }
    for (String id : view.deployments()) {
      Optional<Expected.Deployment> known = Optional.ofNullable(expected.deployments().get(id));
      known.ifPresent(deployment -> deployment(view, id, deployment, violations));
    }
    return List.copyOf(violations);
  }

  private static void deployment(
      SystemView view, String id, Expected.Deployment deployment, List<Violation> violations) {
    if (view.isReadOnly(id) != deployment.readOnly()) {
      violated(
          violations,
          "deployment %s is %s".formatted(id, deployment.readOnly() ? "writable" : "read-only"));
    }
    view.sealed(id)
        .flatMap(tree -> tree.differenceFrom(deployment.sealed()))
        .ifPresent(what -> violated(violations, "deployment %s: %s".formatted(id, what)));
  }

  private static void violated(List<Violation> violations, String text) {
    violations.add(new Violation(Property.P1, text));
  }
}

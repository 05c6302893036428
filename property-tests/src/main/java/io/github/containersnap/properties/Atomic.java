package io.github.containersnap.properties;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** P1: each entry that may start takes kernel, initrd and root from one whole deployment. */
public final class Atomic implements Judgement {
  @Override
  public List<Violation> judge(SystemView view, Expected expected) {
    List<Violation> violations = new ArrayList<>();
    view.obstacle()
        .ifPresent(why -> violated(violations, "the filesystem cannot be mounted: " + why));
    for (BootPlan.Start start : view.boot(Reader.BOOT_LOADER).all()) {
      switch (start) {
        case BootPlan.Stuck stuck -> violated(violations, "nothing boots: " + stuck.why());
        case BootPlan.Entry entry -> entry(entry, expected, violations);
      }
    }
    if (view.obstacle().isPresent()) {
      return List.copyOf(violations);
    }
    for (String id : view.deployments()) {
      Optional<Expected.Deployment> known = Optional.ofNullable(expected.deployments().get(id));
      known.ifPresent(deployment -> deployment(view, id, deployment, violations));
    }
    return List.copyOf(violations);
  }

  private static void entry(BootPlan.Entry entry, Expected expected, List<Violation> violations) {
    String root = entry.subvolume();
    if (expected.deployments().values().stream().noneMatch(it -> it.subvolume().equals(root))) {
      violated(violations, "the boot loader would start /%s, not a deployment".formatted(root));
    }
    if (!entry.rootUuid().equals(expected.rootUuid())) {
      violated(
          violations,
          "the root of entry %s is on filesystem %s, not %s"
              .formatted(entry.entry(), entry.rootUuid(), expected.rootUuid()));
    }
    for (String file : List.of(entry.kernel(), entry.initrd())) {
      if (!file.startsWith(root + "/")) {
        violated(
            violations,
            "entry %s starts /%s with the root /%s".formatted(entry.entry(), file, root));
      }
    }
    for (String argument : expected.arguments()) {
      if (!entry.arguments().contains(argument)) {
        violated(violations, "entry %s lacks the argument %s".formatted(entry.entry(), argument));
      }
    }
    if (entry.timeoutSeconds() < 0) {
      violated(violations, "the menu waits for ever");
    }
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

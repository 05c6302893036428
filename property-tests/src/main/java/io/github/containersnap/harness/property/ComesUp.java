package io.github.containersnap.harness.property;

import io.github.containersnap.harness.view.BootPlan;
import io.github.containersnap.harness.view.NextBoot;
import io.github.containersnap.harness.view.SystemView;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * P10: each entry that may start tells the kernel all that its system needs to come up, and what
 * starts does come up, where that can be seen.
 */
public final class ComesUp implements Judgement {
  @Override
  public List<Violation> judge(SystemView view, Expected expected) {
    Set<Violation> violations = new LinkedHashSet<>();
    NextBoot.of(view).known().stream()
        .flatMap(plan -> plan.all().stream())
        .filter(BootPlan.Entry.class::isInstance)
        .map(BootPlan.Entry.class::cast)
        .forEach(entry -> ofEntry(entry, expected, violations));
    view.startFailure()
        .known()
        .flatMap(failure -> failure)
        .ifPresent(why -> violated(violations, why));
    return List.copyOf(violations);
  }

  private static void ofEntry(BootPlan.Entry entry, Expected expected, Set<Violation> violations) {
    ExpectedBoot boot = expected.boot();
    String name = "the entry of " + expected.nameAt(entry.subvolume());
    if (!entry.rootUuid().equals(boot.rootUuid())) {
      violated(
          violations,
          "%s has its root on the filesystem %s, not %s"
              .formatted(name, entry.rootUuid(), boot.rootUuid()));
    }
    Optional<ExpectedBoot.Told> told = Optional.ofNullable(boot.entries().get(entry.subvolume()));
    if (told.isEmpty()) {
      return; // not a deployment: Atomic says so
    }
    for (String argument : told.get().arguments()) {
      if (!entry.arguments().contains(argument)) {
        violated(violations, "%s lacks the argument %s".formatted(name, argument));
      }
    }
    for (String directory : told.get().mounts()) {
      String mount =
          "UUID=%s:%s:btrfs:subvol=@%s"
              .formatted(boot.rootUuid(), directory, directory.substring(1));
      if (!entry.mounts().contains(mount)) {
        violated(violations, "%s does not mount %s".formatted(name, directory));
      }
    }
  }

  private static void violated(Set<Violation> violations, String text) {
    violations.add(new Violation(Property.P10, text));
  }
}

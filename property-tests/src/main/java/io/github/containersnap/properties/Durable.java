package io.github.containersnap.properties;

import java.util.List;
import java.util.Optional;

/** P2: once success was reported, the next boot starts the expected default. */
public final class Durable implements Judgement {
  @Override
  public List<Violation> judge(SystemView view, Expected expected) {
    Optional<Expected.Deployment> wanted = expected.deployment(expected.defaultId());
    if (!expected.reported() || wanted.isEmpty()) {
      return List.of();
    }
    Optional<String> first =
        NextBoot.of(view)
            .known()
            .map(plan -> plan.at(1))
            .filter(start -> !starts(start, wanted.get()))
            .map(start -> "the machine boots " + expected.nameOf(start));
    return first
        .or(() -> later(view, wanted.get(), expected))
        .or(() -> expected.otherMenu(view))
        .map(what -> new Violation(Property.P2, "success had been reported, but " + what))
        .stream()
        .toList();
  }

  private static Optional<String> later(
      SystemView view, Expected.Deployment wanted, Expected expected) {
    if (view.obstacle().isPresent()) {
      return Optional.empty(); // the kernel reads nothing
    }
    return view.boot(Reader.KERNEL)
        .known()
        .map(plan -> plan.at(1))
        .filter(start -> !starts(start, wanted))
        .map(
            start ->
                "the machine boots %s once and %s from then on"
                    .formatted(wanted.name(), expected.nameOf(start)));
  }

  private static boolean starts(BootPlan.Start start, Expected.Deployment wanted) {
    return start instanceof BootPlan.Entry entry && entry.subvolume().equals(wanted.subvolume());
  }
}

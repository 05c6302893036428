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
    BootPlan.Start first = view.boot(Reader.BOOT_LOADER).at(1);
    if (!starts(first, wanted.get())) {
      return violated("the machine boots " + expected.nameOf(first));
    }
    if (view.obstacle().isPresent()) {
      return List.of(); // the kernel reads nothing
    }
    BootPlan.Start later = view.boot(Reader.KERNEL).at(1);
    return starts(later, wanted.get())
        ? List.of()
        : violated(
            "the machine boots %s once and %s from then on"
                .formatted(wanted.get().name(), expected.nameOf(later)));
  }

  private static boolean starts(BootPlan.Start start, Expected.Deployment wanted) {
    return start instanceof BootPlan.Entry entry && entry.subvolume().equals(wanted.subvolume());
  }

  private static List<Violation> violated(String what) {
    return List.of(new Violation(Property.P2, "success had been reported, but " + what));
  }
}

package io.github.containersnap.harness.property;

import io.github.containersnap.harness.view.BootPlan;
import io.github.containersnap.harness.view.NextBoot;
import io.github.containersnap.harness.view.Reader;
import io.github.containersnap.harness.view.SystemView;
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

  /**
   * What is wrong if a command that changes more than what boots had reported success.
   *
   * @param command in words
   * @param side what the machine is: as before the command, or as after it
   * @param afterwards what it is from its second boot on
   */
  public static List<Violation> ofChange(
      String command, Optional<Side> side, Optional<Side> afterwards) {
    Optional<String> undone =
        side.filter(it -> it != Side.NEW).map(_ -> "the machine is as it was before");
    return undone
        .or(
            () ->
                side.filter(_ -> !side.equals(afterwards))
                    .map(_ -> "the machine boots as after it only once"))
        .map(what -> new Violation(Property.P2, command + " had reported success, but " + what))
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

package io.github.containersnap.harness.property;

import io.github.containersnap.harness.view.BootPlan;
import io.github.containersnap.harness.view.Reader;
import io.github.containersnap.harness.view.SystemView;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** P3: the boot loader and the kernel read the same boot plan. */
public final class OneTruth implements Judgement {
  @Override
  public List<Violation> judge(SystemView view, Expected expected) {
    if (view.obstacle().isPresent()) {
      return List.of();
    }
    Optional<BootPlan> loader = view.boot(Reader.BOOT_LOADER).known();
    Optional<BootPlan> kernel = view.boot(Reader.KERNEL).known();
    return loader.isEmpty() || kernel.isEmpty() || loader.equals(kernel)
        ? List.of()
        : List.of(
            new Violation(
                Property.P3,
                disagreement(inWords(loader.get(), expected), inWords(kernel.get(), expected))));
  }

  private static String disagreement(String loader, String kernel) {
    return loader.equals(kernel)
        ? ("the boot loader and the kernel read two menus, which start %s with different kernels,"
                + " arguments, fallbacks or waits")
            .formatted(loader)
        : "the boot loader would start %s, but to the kernel the default is %s"
            .formatted(loader, kernel);
  }

  private static String inWords(BootPlan plan, Expected expected) {
    return plan.starts().stream()
        .map(expected::nameOf)
        .distinct()
        .collect(Collectors.joining(", then "));
  }
}

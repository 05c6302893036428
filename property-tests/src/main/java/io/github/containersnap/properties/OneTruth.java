package io.github.containersnap.properties;

import java.util.List;

/** P3: the boot loader and the kernel read the same boot plan. */
public final class OneTruth implements Judgement {
  @Override
  public List<Violation> judge(SystemView view, Expected expected) {
    if (view.obstacle().isPresent()) {
      return List.of();
    }
    BootPlan loader = view.boot(Reader.BOOT_LOADER);
    BootPlan kernel = view.boot(Reader.KERNEL);
    return loader.equals(kernel)
        ? List.of()
        : List.of(
            new Violation(
                Property.P3,
                "the boot loader would start %s, and the kernel reads %s"
                    .formatted(loader.starts(), kernel.starts())));
  }
}

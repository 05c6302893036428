package io.github.containersnap.harness.view;

/** What the next power-on starts. */
public final class NextBoot {
  private NextBoot() {}

  /** By the boot loader's word, or, while a running machine hides that, by the kernel's. */
  public static Seen<BootPlan> of(SystemView view) {
    Seen<BootPlan> loader = view.boot(Reader.BOOT_LOADER);
    return loader instanceof Seen.Known<BootPlan> ? loader : view.boot(Reader.KERNEL);
  }
}

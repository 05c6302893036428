package io.github.containersnap.properties;

/** What the next power-on starts. */
final class NextBoot {
  private NextBoot() {}

  /** By the boot loader's word, or, while a running machine hides that, by the kernel's. */
  static Seen<BootPlan> of(SystemView view) {
    Seen<BootPlan> loader = view.boot(Reader.BOOT_LOADER);
    return loader instanceof Seen.Known<BootPlan> ? loader : view.boot(Reader.KERNEL);
  }
}

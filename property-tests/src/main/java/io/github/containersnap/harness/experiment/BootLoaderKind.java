package io.github.containersnap.harness.experiment;

import java.util.Optional;
import java.util.stream.Stream;

/** How a machine's boot loader knows what to boot. */
public enum BootLoaderKind {
  /** GRUB reads the menu {@code @boot/boot.cfg}. */
  GRUB_BTRFS("grub-btrfs", true),

  /** The boot loader follows the default subvolume (docs/decisions/0010). */
  DEFAULT_SUBVOLUME("default-subvolume", false);

  private final String optionName;
  private final boolean countsBoots;

  BootLoaderKind(String optionName, boolean countsBoots) {
    this.optionName = optionName;
    this.countsBoots = countsBoots;
  }

  /** The name on the command line. */
  public String optionName() {
    return optionName;
  }

  /** Whether it counts the boots of a trial, and falls back by itself. */
  boolean countsBoots() {
    return countsBoots;
  }

  /** The one of that name. */
  public static Optional<BootLoaderKind> named(String name) {
    return Stream.of(values()).filter(each -> each.optionName.equals(name)).findFirst();
  }
}

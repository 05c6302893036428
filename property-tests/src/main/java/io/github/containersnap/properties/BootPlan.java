package io.github.containersnap.properties;

import java.util.List;

/**
 * What starts at the first, second, … boot in a row that nothing blesses.
 *
 * @param starts at least one; the last one is repeated from then on
 */
public record BootPlan(List<Start> starts) {
  public BootPlan {
    starts = List.copyOf(starts);
    if (starts.isEmpty()) {
      throw new IllegalArgumentException("a boot plan says what the first boot starts");
    }
  }

  /** What one power-on starts. */
  public sealed interface Start {}

  /**
   * An entry of the menu.
   *
   * @param entry its id in the menu
   * @param rootUuid the UUID of the root filesystem that the kernel is told
   * @param subvolume the root that the kernel is told, from the top level, without leading slash
   * @param kernel the path of the kernel, from the top level, without leading slash
   * @param initrd the path of the initrd, likewise
   * @param arguments every kernel argument, in order
   * @param timeoutSeconds how long the menu waits; negative if for ever
   */
  public record Entry(
      String entry,
      String rootUuid,
      String subvolume,
      String kernel,
      String initrd,
      List<String> arguments,
      int timeoutSeconds)
      implements Start {
    public Entry {
      arguments = List.copyOf(arguments);
    }
  }

  /**
   * Nothing starts.
   *
   * @param why as a sentence part
   */
  public record Stuck(String why) implements Start {}

  /** What the boot with this number starts; the first is 1. */
  public Start at(int boot) {
    return starts.get(Math.min(boot, starts.size()) - 1);
  }
}

package io.github.containersnap.harness.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What starts at the first, second, … boot in a row that nothing blesses.
 *
 * @param starts at least one; the last one is repeated from then on
 * @param fallback what starts if the kernel of the first start cannot be loaded, if anything does
 */
public record BootPlan(List<Start> starts, Optional<Entry> fallback) {
  public BootPlan {
    starts = List.copyOf(starts);
    if (starts.isEmpty()) {
      throw new IllegalArgumentException("a boot plan says what the first boot starts");
    }
  }

  /** A plan without an entry to fall back to. */
  public BootPlan(List<Start> starts) {
    this(starts, Optional.empty());
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
   * @param initrd the path of the initrd, likewise; empty if the kernel starts without one
   * @param arguments every kernel argument, in order
   * @param timeoutSeconds how long the menu waits; one that waits for ever starts nothing
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
    private static final String MOUNT = "systemd.mount-extra=";

    public Entry {
      arguments = List.copyOf(arguments);
    }

    /**
     * An entry of which only the root is known: its path is the id, and kernel and initrd count as
     * its own.
     */
    public static Entry ofRoot(String root) {
      return new Entry(root, "", root, root + "/kernel", root + "/initrd", List.of(), 0);
    }

    /**
     * The mounts that systemd is told, each as WHAT:WHERE:TYPE:OPTIONS (systemd-fstab-generator).
     */
    public List<String> mounts() {
      return arguments.stream()
          .filter(argument -> argument.startsWith(MOUNT))
          .map(argument -> argument.substring(MOUNT.length()))
          .toList();
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

  /** What every later boot starts, once the trial's boots are used up. */
  public Start last() {
    return starts.getLast();
  }

  /** Everything that may start, each once. */
  public List<Start> all() {
    List<Start> all = new ArrayList<>(starts);
    fallback.ifPresent(all::add);
    return all.stream().distinct().toList();
  }
}

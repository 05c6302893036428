package io.github.containersnap.harness.property;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the boot menu must do, for the default and the fallback alike.
 *
 * @param rootUuid the UUID of the system's filesystem
 * @param entries what each entry must tell the kernel, by the subvolume of its root
 * @param roots the root of the first, second, … boot in a row that nothing blesses, the last one
 *     repeated from then on; empty if that is not asked
 */
public record ExpectedBoot(String rootUuid, Map<String, Told> entries, List<String> roots) {
  /**
   * What one entry tells the kernel.
   *
   * @param arguments words of its command line
   * @param mounts directories that systemd must mount besides the root, such as {@code /var}, each
   *     from the subvolume of that name
   */
  public record Told(Set<String> arguments, Set<String> mounts) {
    public Told {
      arguments = Set.copyOf(arguments);
      mounts = Set.copyOf(mounts);
    }
  }

  private static final int BOOTS_OF_A_TRIAL = 3;

  /** The {@link #roots} of a trial (DESIGN §5). */
  public static List<String> rootsOfATrial(String tried, String fallback) {
    List<String> roots = new ArrayList<>(Collections.nCopies(BOOTS_OF_A_TRIAL, tried));
    roots.add(fallback);
    return roots;
  }

  public ExpectedBoot {
    entries = Map.copyOf(entries);
    roots = List.copyOf(roots);
  }
}

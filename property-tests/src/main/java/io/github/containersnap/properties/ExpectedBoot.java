package io.github.containersnap.properties;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the boot menu must do, for the default and the fallback alike.
 *
 * @param rootUuid the UUID of the system's filesystem
 * @param entries what each entry must tell the kernel, by the subvolume of its root
 * @param roots the root of the first, second, … boot in a row that nothing blesses, the last one
 *     repeated from then on; empty if nothing is known of it
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

  public ExpectedBoot {
    entries = Map.copyOf(entries);
    roots = List.copyOf(roots);
  }

  /** Where a plan breaks P1, P10 or P11; each violation once. */
  public List<Violation> violations(BootPlan plan) {
    Set<Violation> violations = new LinkedHashSet<>();
    for (BootPlan.Start start : plan.all()) {
      switch (start) {
        case BootPlan.Stuck stuck ->
            violations.add(new Violation(Property.P1, "nothing boots: " + stuck.why()));
        case BootPlan.Entry entry -> violations.addAll(ofEntry(entry));
      }
    }
    ofTrial(plan).ifPresent(violations::add);
    return List.copyOf(violations);
  }

  private List<Violation> ofEntry(BootPlan.Entry entry) {
    List<Violation> violations = new ArrayList<>();
    String name = "entry " + entry.entry();
    String root = entry.subvolume();
    Optional<Told> told = Optional.ofNullable(entries.get(root));
    if (told.isEmpty()) {
      violations.add(
          new Violation(
              Property.P1, "the boot loader would start /%s, not a deployment".formatted(root)));
    }
    for (String file : List.of(entry.kernel(), entry.initrd())) {
      if (!file.startsWith(root + "/")) {
        violations.add(
            new Violation(
                Property.P1,
                "%s starts %s with the root /%s"
                    .formatted(name, file.isEmpty() ? "without an initrd" : "/" + file, root)));
      }
    }
    if (!entry.rootUuid().equals(rootUuid)) {
      violations.add(
          new Violation(
              Property.P10,
              "the root of %s is on filesystem %s, not %s"
                  .formatted(name, entry.rootUuid(), rootUuid)));
    }
    told.ifPresent(it -> ofTold(entry, it, violations));
    return violations;
  }

  private void ofTold(BootPlan.Entry entry, Told told, List<Violation> violations) {
    String name = "entry " + entry.entry();
    for (String argument : told.arguments()) {
      if (!entry.arguments().contains(argument)) {
        violations.add(
            new Violation(Property.P10, "%s lacks the argument %s".formatted(name, argument)));
      }
    }
    for (String directory : told.mounts()) {
      String mount =
          "UUID=%s:%s:btrfs:subvol=@%s".formatted(rootUuid, directory, directory.substring(1));
      if (!entry.mounts().contains(mount)) {
        violations.add(
            new Violation(Property.P10, "%s does not mount %s".formatted(name, directory)));
      }
    }
  }

  /** A plan that begins otherwise is judged by its default alone. */
  private Optional<Violation> ofTrial(BootPlan plan) {
    if (roots.isEmpty() || !root(plan.at(1)).equals(roots.getFirst())) {
      return Optional.empty();
    }
    int boots = Math.max(roots.size(), plan.starts().size());
    for (int boot = 2; boot <= boots; boot++) {
      String wanted = roots.get(Math.min(boot, roots.size()) - 1);
      String found = root(plan.at(boot));
      if (!found.equals(wanted)) {
        return Optional.of(
            new Violation(
                Property.P11,
                "after %d unblessed boots in a row /%s starts, not /%s"
                    .formatted(boot - 1, found, wanted)));
      }
    }
    return Optional.empty();
  }

  private static String root(BootPlan.Start start) {
    return start instanceof BootPlan.Entry entry ? entry.subvolume() : "";
  }
}

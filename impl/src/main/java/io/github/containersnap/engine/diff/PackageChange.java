package io.github.containersnap.engine.diff;

import io.github.containersnap.base.DebianVersionOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What became of a package.
 *
 * @param kind what sort of change
 * @param name the package; with its architecture where a system has it for several
 * @param before the version before; empty if it was not there
 * @param after the version after; empty if it is not there
 */
public record PackageChange(
    Kind kind, String name, Optional<String> before, Optional<String> after) {
  private static final Comparator<String> ORDER = new DebianVersionOrder();

  /** What sort of change, in the order in which they are shown. */
  public enum Kind {
    /** To a higher version. */
    UPGRADED,
    /** To a lower version. */
    DOWNGRADED,
    /** It was not there. */
    ADDED,
    /** It is not there any more. */
    REMOVED
  }

  /**
   * The packages that are different, ordered by kind and name. Versions that Debian's order calls
   * equal are no change.
   */
  static List<PackageChange> between(
      Collection<InstalledPackage> before, Collection<InstalledPackage> after) {
    Map<String, List<InstalledPackage>> old = grouped(before, InstalledPackage::name);
    Map<String, List<InstalledPackage>> next = grouped(after, InstalledPackage::name);
    List<PackageChange> changes = new ArrayList<>();
    for (String name : union(old, next)) {
      List<InstalledPackage> olds = old.getOrDefault(name, List.of());
      List<InstalledPackage> nexts = next.getOrDefault(name, List.of());
      if (olds.size() <= 1 && nexts.size() <= 1) {
        of(name, olds, nexts).ifPresent(changes::add);
      } else {
        addQualified(olds, nexts, changes);
      }
    }
    changes.sort(Comparator.comparing(PackageChange::kind).thenComparing(PackageChange::name));
    return List.copyOf(changes);
  }

  private static void addQualified(
      List<InstalledPackage> olds, List<InstalledPackage> nexts, List<PackageChange> changes) {
    Map<String, List<InstalledPackage>> old = grouped(olds, InstalledPackage::qualifiedName);
    Map<String, List<InstalledPackage>> next = grouped(nexts, InstalledPackage::qualifiedName);
    for (String name : union(old, next)) {
      of(name, old.getOrDefault(name, List.of()), next.getOrDefault(name, List.of()))
          .ifPresent(changes::add);
    }
  }

  private static SortedMap<String, List<InstalledPackage>> grouped(
      Collection<InstalledPackage> packages, Function<InstalledPackage, String> key) {
    SortedMap<String, List<InstalledPackage>> groups = new TreeMap<>();
    packages.forEach(it -> groups.computeIfAbsent(key.apply(it), _ -> new ArrayList<>()).add(it));
    return groups;
  }

  private static SortedSet<String> union(Map<String, ?> one, Map<String, ?> other) {
    SortedSet<String> keys = new TreeSet<>(one.keySet());
    keys.addAll(other.keySet());
    return keys;
  }

  /** Where a database names a package twice, the last counts, as for dpkg. */
  private static Optional<PackageChange> of(
      String name, List<InstalledPackage> olds, List<InstalledPackage> nexts) {
    if (olds.isEmpty()) {
      return Optional.of(
          new PackageChange(
              Kind.ADDED, name, Optional.empty(), Optional.of(nexts.getLast().version())));
    }
    String before = olds.getLast().version();
    if (nexts.isEmpty()) {
      return Optional.of(
          new PackageChange(Kind.REMOVED, name, Optional.of(before), Optional.empty()));
    }
    String after = nexts.getLast().version();
    int order = ORDER.compare(before, after);
    return order == 0
        ? Optional.empty()
        : Optional.of(
            new PackageChange(
                order < 0 ? Kind.UPGRADED : Kind.DOWNGRADED,
                name,
                Optional.of(before),
                Optional.of(after)));
  }
}

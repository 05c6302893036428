package io.github.containersnap.engine.diff;

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
   * The packages that are different, ordered by kind and name. Versions that the order calls equal
   * are no change.
   *
   * @param order of versions, from old to new
   */
  static List<PackageChange> between(
      Collection<InstalledPackage> before,
      Collection<InstalledPackage> after,
      Comparator<String> order) {
    List<PackageChange> changes = new ArrayList<>();
    Map<String, List<InstalledPackage>> old = grouped(before, InstalledPackage::name);
    Map<String, List<InstalledPackage>> next = grouped(after, InstalledPackage::name);
    for (String name : union(old, next)) {
      List<InstalledPackage> olds = old.getOrDefault(name, List.of());
      List<InstalledPackage> nexts = next.getOrDefault(name, List.of());
      if (olds.size() <= 1 && nexts.size() <= 1) {
        add(name, olds, nexts, order, changes);
      } else {
        addQualified(olds, nexts, order, changes);
      }
    }
    changes.sort(Comparator.comparing(PackageChange::kind).thenComparing(PackageChange::name));
    return List.copyOf(changes);
  }

  private static void addQualified(
      List<InstalledPackage> olds,
      List<InstalledPackage> nexts,
      Comparator<String> order,
      List<PackageChange> changes) {
    Map<String, List<InstalledPackage>> old = grouped(olds, InstalledPackage::qualifiedName);
    Map<String, List<InstalledPackage>> next = grouped(nexts, InstalledPackage::qualifiedName);
    for (String name : union(old, next)) {
      add(
          name,
          old.getOrDefault(name, List.of()),
          next.getOrDefault(name, List.of()),
          order,
          changes);
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

  /** rpm can have several versions of a package, such as kernels: those that stay cancel out. */
  private static void add(
      String name,
      List<InstalledPackage> olds,
      List<InstalledPackage> nexts,
      Comparator<String> order,
      List<PackageChange> changes) {
    SortedSet<String> gone = versions(olds, order);
    SortedSet<String> come = versions(nexts, order);
    SortedSet<String> kept = versions(olds, order);
    kept.retainAll(come);
    gone.removeAll(kept);
    come.removeAll(kept);
    if (gone.size() == 1 && come.size() == 1) {
      String before = gone.getFirst();
      String after = come.getFirst();
      Kind kind = order.compare(before, after) < 0 ? Kind.UPGRADED : Kind.DOWNGRADED;
      changes.add(new PackageChange(kind, name, Optional.of(before), Optional.of(after)));
      return;
    }
    gone.forEach(
        it ->
            changes.add(new PackageChange(Kind.REMOVED, name, Optional.of(it), Optional.empty())));
    come.forEach(
        it -> changes.add(new PackageChange(Kind.ADDED, name, Optional.empty(), Optional.of(it))));
  }

  private static SortedSet<String> versions(
      List<InstalledPackage> packages, Comparator<String> order) {
    SortedSet<String> versions = new TreeSet<>(order);
    packages.forEach(it -> versions.add(it.version()));
    return versions;
  }
}

package io.github.containersnap.tree;

import io.github.containersnap.linux.EscapedBytes;
import io.github.containersnap.linux.PathBytes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * A whole tree as a value: every path with its entry. Two trees with the same content, types,
 * modes, owners, extended attributes and links have equal manifests; times do not matter.
 */
public final class TreeManifest {
  private static final TreeManifest EMPTY = new TreeManifest(new TreeMap<>());

  private final Source source;

  private TreeManifest(SortedMap<String, TreeEntry> entries) {
    this.source = new AllEntries(Collections.unmodifiableSortedMap(entries));
  }

  private TreeManifest(Source source) {
    this.source = source;
  }

  /** A tree that is known without having all of its entries in memory. */
  public interface Source {
    /** The entry at exactly this path. */
    Optional<TreeEntry> get(String path);

    /** The names in the directory at exactly this path, sorted; none if it is no directory. */
    SortedSet<String> names(String directory);

    /** All entries, as {@link TreeManifest#of(Map)} would have them. */
    SortedMap<String, TreeEntry> entries();
  }

  private record AllEntries(SortedMap<String, TreeEntry> entries) implements Source {
    @Override
    public Optional<TreeEntry> get(String path) {
      return Optional.ofNullable(entries.get(path));
    }

    @Override
    public SortedSet<String> names(String directory) {
      String prefix = directory.isEmpty() ? "" : directory + "/";
      SortedSet<String> names = new TreeSet<>();
      for (String path : entries.tailMap(prefix).keySet()) {
        if (!path.startsWith(prefix)) {
          break;
        }
        String name = path.substring(prefix.length());
        if (!name.isEmpty() && name.indexOf('/') < 0) {
          names.add(name);
        }
      }
      return names;
    }
  }

  /** A manifest that asks {@code source} for what it is asked for itself. */
  public static TreeManifest of(Source source) {
    return new TreeManifest(source);
  }

  /**
   * A manifest of the given entries. Entries with the same non-empty {@link
   * TreeEntry#hardLinkGroup()} are one file; whatever the label was, the manifest names the group
   * by its smallest path, and a group of one is none.
   */
  public static TreeManifest of(Map<String, TreeEntry> entries) {
    Map<String, String> smallest = new HashMap<>();
    Set<String> shared = new HashSet<>();
    SortedMap<String, TreeEntry> sorted = new TreeMap<>(entries);
    sorted.forEach(
        (path, entry) -> {
          String label = entry.hardLinkGroup();
          if (!label.isEmpty() && smallest.putIfAbsent(label, path) != null) {
            shared.add(label);
          }
        });
    sorted.replaceAll(
        (path, entry) -> {
          String label = entry.hardLinkGroup();
          return entry.inHardLinkGroup(
              shared.contains(label) ? smallest.getOrDefault(label, "") : "");
        });
    return new TreeManifest(sorted);
  }

  /**
   * Where the entry {@code path} of a manifest lies when its tree is at {@code root}. Paths in a
   * manifest are escaped ({@link EscapedBytes}), so they must not be resolved as they are.
   */
  public static Path locate(Path root, String path) {
    return PathBytes.under(root, EscapedBytes.toBytes(path));
  }

  /** The manifest of no tree at all, without even a root directory. */
  public static TreeManifest empty() {
    return EMPTY;
  }

  /** Every path (relative, '/' between components, the root directory is "") with its entry. */
  public SortedMap<String, TreeEntry> entries() {
    return source.entries();
  }

  /** The entry at exactly this path; symbolic links are not followed. */
  public Optional<TreeEntry> get(String path) {
    return source.get(path);
  }

  /**
   * The names in the directory at exactly this path, sorted; none if there is no directory. Links
   * are not followed.
   */
  public SortedSet<String> names(String directory) {
    return source.names(directory);
  }

  /**
   * Where {@code path} leads to when symbolic links are followed inside the tree, as if it were the
   * root: absolute links start at the root, ".." never leaves it, and after 40 links it gives up
   * (path_resolution(7)).
   *
   * @return the path of an existing entry that is no symbolic link, or empty
   */
  public Optional<String> resolve(String path) {
    return new PathResolution(
            at -> get(at).map(entry -> new PathResolution.Step(entry.kind(), entry.linkTarget())))
        .resolve(path);
  }

  /** SHA-256 over everything in this manifest, in lower-case hexadecimal digits. */
  public String digest() {
    ManifestDigest digest = new ManifestDigest();
    entries().forEach(digest::add);
    return digest.hexadecimal();
  }

  /** What is different here from {@code expected}, ordered by path; empty if nothing is. */
  public List<TreeDifference> differencesFrom(TreeManifest expected) {
    if (isSameAs(expected)) {
      return List.of();
    }
    List<TreeDifference> differences = new ArrayList<>();
    SortedMap<String, TreeEntry> found = entries();
    SortedMap<String, TreeEntry> wanted = expected.entries();
    Set<String> paths = new TreeSet<>(found.keySet());
    paths.addAll(wanted.keySet());
    for (String path : paths) {
      EntryDifference.describe(found.get(path), wanted.get(path))
          .ifPresent(what -> differences.add(new TreeDifference(path, what)));
    }
    return Collections.unmodifiableList(differences);
  }

  /** Both are sorted: one pass, where {@link #equals} would look up each path. */
  private boolean isSameAs(TreeManifest other) {
    if (entries().size() != other.entries().size()) {
      return false;
    }
    Iterator<Map.Entry<String, TreeEntry>> theirs = other.entries().entrySet().iterator();
    for (Map.Entry<String, TreeEntry> ours : entries().entrySet()) {
      if (!ours.equals(theirs.next())) {
        return false;
      }
    }
    return true;
  }

  /** This tree without the paths of which {@code unwanted} is true; each path is asked for. */
  public TreeManifest without(Predicate<String> unwanted) {
    SortedMap<String, TreeEntry> rest = new TreeMap<>(entries());
    rest.keySet().removeIf(unwanted);
    return of(rest);
  }

  /** This tree without the extended attributes of whose name {@code unwanted} is true. */
  public TreeManifest withoutAttributes(Predicate<String> unwanted) {
    if (!hasAttribute(unwanted)) {
      return this;
    }
    SortedMap<String, TreeEntry> result = new TreeMap<>(entries());
    result.replaceAll(
        (path, entry) -> {
          if (entry.extendedAttributes().keySet().stream().noneMatch(unwanted)) {
            return entry;
          }
          SortedMap<String, String> rest = new TreeMap<>(entry.extendedAttributes());
          rest.keySet().removeIf(unwanted);
          return entry.withExtendedAttributes(rest);
        });
    return new TreeManifest(result);
  }

  private boolean hasAttribute(Predicate<String> wanted) {
    for (TreeEntry entry : entries().values()) {
      for (String name : entry.extendedAttributes().keySet()) {
        if (wanted.test(name)) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * The tree below {@code directory} with paths relative to it; the directory itself becomes the
   * root. Empty if there is nothing at that path.
   */
  public TreeManifest subtree(String directory) {
    if (directory.isEmpty()) {
      return this;
    }
    SortedMap<String, TreeEntry> below = new TreeMap<>();
    TreeEntry root = entries().get(directory);
    if (root != null) {
      below.put("", root);
    }
    String prefix = directory + "/";
    // '0' follows '/': the range holds exactly the paths that begin with the prefix.
    entries()
        .subMap(prefix, directory + "0")
        .forEach((path, entry) -> below.put(path.substring(prefix.length()), entry));
    return of(below);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TreeManifest manifest && entries().equals(manifest.entries());
  }

  @Override
  public int hashCode() {
    return entries().hashCode();
  }

  @Override
  public String toString() {
    return "TreeManifest of " + entries().size() + " entries, digest " + digest();
  }
}

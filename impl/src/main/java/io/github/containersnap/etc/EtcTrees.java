package io.github.containersnap.etc;

import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedCollection;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The three versions of /etc, and the questions the rules ask of them. */
final class EtcTrees {
  private final TreeManifest came;
  private final TreeManifest local;
  private final TreeManifest offered;
  private final Map<String, SortedSet<String>> children = new HashMap<>();

  EtcTrees(TreeManifest came, TreeManifest local, TreeManifest offered) {
    this.came = came;
    this.local = local;
    this.offered = offered;
    addChildren(local);
    addChildren(offered);
  }

  private void addChildren(TreeManifest tree) {
    for (String path : tree.entries().keySet()) {
      if (!path.isEmpty()) {
        String parent = path.substring(0, Math.max(0, path.lastIndexOf('/')));
        children.computeIfAbsent(parent, any -> new TreeSet<>()).add(path);
      }
    }
  }

  TreeManifest came() {
    return came;
  }

  TreeManifest local() {
    return local;
  }

  TreeManifest offered() {
    return offered;
  }

  /** The paths directly below {@code path} that the machine or the new image has. */
  SequencedCollection<String> childrenOf(String path) {
    return children.getOrDefault(path, Collections.emptySortedSet());
  }

  /** Whether two entries are the same apart from the other names the file may have. */
  static boolean same(TreeEntry one, TreeEntry other) {
    return one.inHardLinkGroup("").equals(other.inHardLinkGroup(""));
  }

  /** Whether two trees have the same at a path and below it. */
  static boolean sameFrom(String path, TreeManifest one, TreeManifest other) {
    Iterator<Map.Entry<String, TreeEntry>> others = from(path, other).entrySet().iterator();
    for (Map.Entry<String, TreeEntry> entry : from(path, one).entrySet()) {
      if (!others.hasNext()) {
        return false;
      }
      Map.Entry<String, TreeEntry> counterpart = others.next();
      if (!entry.getKey().equals(counterpart.getKey())
          || !same(entry.getValue(), counterpart.getValue())) {
        return false;
      }
    }
    return !others.hasNext();
  }

  /** What a tree has at a path and below it. */
  static SortedMap<String, TreeEntry> from(String path, TreeManifest tree) {
    if (path.isEmpty()) {
      return tree.entries();
    }
    // '0' follows '/': the range holds exactly the paths that begin with the path and a slash.
    SortedMap<String, TreeEntry> all = new TreeMap<>(tree.entries().subMap(path + "/", path + "0"));
    tree.get(path).ifPresent(entry -> all.put(path, entry));
    return all;
  }

  static boolean isDirectory(Optional<TreeEntry> entry) {
    return entry.filter(at -> at.kind() == FileKind.DIRECTORY).isPresent();
  }

  static boolean isFile(Optional<TreeEntry> entry) {
    return entry.filter(at -> at.kind() == FileKind.FILE).isPresent();
  }
}

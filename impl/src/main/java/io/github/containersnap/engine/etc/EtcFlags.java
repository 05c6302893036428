package io.github.containersnap.engine.etc;

import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeManifest;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The flags that files of an /etc have from chattr(1), such as immutable, and are to have after a
 * merge: as everywhere in it, a local change wins.
 *
 * @param found those that the merge's target begins with, by path
 * @param wanted those that it is to end with, 0 for none, by path
 */
public record EtcFlags(SortedMap<String, Integer> found, SortedMap<String, Integer> wanted) {

  public EtcFlags {
    found = Collections.unmodifiableSortedMap(new TreeMap<>(found));
    wanted = Collections.unmodifiableSortedMap(new TreeMap<>(wanted));
  }

  /**
   * Merges.
   *
   * @param came those of the /etc that both sides began as
   * @param local those of the running /etc
   * @param offered those of the /etc that is merged into
   */
  static EtcFlags merged(
      Map<String, Integer> came, Map<String, Integer> local, Map<String, Integer> offered) {
    SortedSet<String> paths = new TreeSet<>(came.keySet());
    paths.addAll(local.keySet());
    paths.addAll(offered.keySet());
    SortedMap<String, Integer> wanted = new TreeMap<>();
    for (String path : paths) {
      int here = local.getOrDefault(path, 0);
      boolean changedHere = here != came.getOrDefault(path, 0);
      wanted.put(path, changedHere ? here : offered.getOrDefault(path, 0));
    }
    return new EtcFlags(new TreeMap<>(offered), wanted);
  }

  /** The paths at which the target is to have other flags than it begins with. */
  public List<String> changes() {
    return wanted.entrySet().stream()
        .filter(it -> !it.getValue().equals(found.getOrDefault(it.getKey(), 0)))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Takes all flags from the target, so that it can be merged into. */
  void clear(SystemFiles files, Path target) {
    found.keySet().forEach(path -> set(files, TreeManifest.locate(target, path), 0));
  }

  /** Sets those that are wanted, within a directory before the directory's own. */
  void set(SystemFiles files, Path target) {
    new TreeMap<>(wanted)
        .descendingMap()
        .forEach(
            (path, flags) -> {
              if (flags != 0) {
                set(files, TreeManifest.locate(target, path), flags);
              }
            });
  }

  /** What the merge has removed, or replaced by something else, has none. */
  private static void set(SystemFiles files, Path file, int flags) {
    boolean canHaveSome =
        files
            .look(file)
            .filter(it -> it.kind() == FileKind.FILE || it.kind() == FileKind.DIRECTORY)
            .isPresent();
    if (canHaveSome) {
      files.setInodeFlags(file, flags);
    }
  }
}

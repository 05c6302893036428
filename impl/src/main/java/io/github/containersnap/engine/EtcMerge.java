package io.github.containersnap.engine;

import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.tree.Kind;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Step 6's second half: carries the machine's own changes in /etc over onto a new image's /etc.
 *
 * <p>Against the /etc the running deployment's image came with, whatever the machine added or
 * changed is laid over the new image's, file by file, and whatever it removed is removed. A local
 * change wins; where the new image changed the same file too, that is a conflict and is listed.
 */
final class EtcMerge {
  private final SystemFiles files;
  private final Path running;
  private final Path target;
  private final SortedMap<String, TreeEntry> came;
  private final SortedMap<String, TreeEntry> local;
  private final SortedMap<String, TreeEntry> result;
  private final List<String> conflicts = new ArrayList<>();

  /**
   * A merge into {@code target}, which holds the new image's /etc.
   *
   * @param came the /etc that the running deployment's image came with
   * @param running the running /etc
   */
  EtcMerge(SystemFiles files, Path came, Path running, Path target) {
    this.files = files;
    this.running = running;
    this.target = target;
    this.came = files.scan(came).entries();
    this.local = files.scan(running).entries();
    this.result = new TreeMap<>(files.scan(target).entries());
  }

  /**
   * Lays the local changes into the target.
   *
   * @return the paths below /etc that the machine and the new image both changed
   */
  List<String> apply() {
    local.forEach(this::carryOver);
    removeWhatIsGone();
    return List.copyOf(conflicts);
  }

  private void carryOver(String path, TreeEntry entry) {
    TreeEntry before = came.get(path);
    if (path.isEmpty() || sameApartFromLinks(entry, before)) {
      return;
    }
    TreeEntry offered = result.get(path);
    if (offered != null && sameApartFromLinks(offered, entry)) {
      return;
    }
    if (!sameApartFromLinks(offered, before)) {
      conflicts.add(path);
    }
    place(path, entry);
  }

  private void place(String path, TreeEntry entry) {
    requireParent(path);
    boolean directory = entry.kind() == Kind.DIRECTORY;
    TreeEntry offered = result.get(path);
    boolean sameKind = offered != null && offered.kind() == entry.kind();
    if (offered != null && (!directory || !sameKind)) {
      remove(path);
    }
    files.copyEntry(TreeManifest.locate(running, path), TreeManifest.locate(target, path));
    result.put(path, entry);
  }

  /** Every directory above {@code path} is a real one: a link would lead out of the deployment. */
  private void requireParent(String path) {
    int slash = path.lastIndexOf('/');
    if (slash < 0) {
      return;
    }
    String parent = path.substring(0, slash);
    TreeEntry offered = result.get(parent);
    if (offered == null || offered.kind() != Kind.DIRECTORY) {
      Optional.ofNullable(offered).ifPresent(blocking -> conflicts.add(parent));
      place(
          parent,
          Optional.ofNullable(local.get(parent))
              .orElseThrow(
                  () ->
                      new IllegalStateException(
                          "the running /etc lists %s, but not %s".formatted(path, parent))));
    }
  }

  private void removeWhatIsGone() {
    for (Map.Entry<String, TreeEntry> before : came.reversed().entrySet()) {
      String path = before.getKey();
      TreeEntry offered = result.get(path);
      if (local.containsKey(path) || offered == null) {
        continue;
      }
      if (offered.kind() == Kind.DIRECTORY && holdsSomething(path)) {
        continue;
      }
      if (!sameApartFromLinks(offered, before.getValue())) {
        conflicts.add(path);
      }
      remove(path);
    }
  }

  private boolean holdsSomething(String directory) {
    SortedMap<String, TreeEntry> below = result.tailMap(directory + "/");
    return !below.isEmpty() && below.firstKey().startsWith(directory + "/");
  }

  private void remove(String path) {
    files.deleteTree(TreeManifest.locate(target, path));
    result.remove(path);
    result.keySet().removeIf(other -> other.startsWith(path + "/"));
  }

  private static boolean sameApartFromLinks(@Nullable TreeEntry entry, @Nullable TreeEntry other) {
    if (entry == null || other == null) {
      return entry == null && other == null;
    }
    return entry.kind() == other.kind()
        && entry.mode() == other.mode()
        && entry.uid() == other.uid()
        && entry.gid() == other.gid()
        && entry.contentDigest().equals(other.contentDigest())
        && entry.linkTarget().equals(other.linkTarget())
        && entry.deviceNumber() == other.deviceNumber()
        && entry.extendedAttributes().equals(other.extendedAttributes());
  }
}

package io.github.containersnap.engine;

import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.tree.PathResolution;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The part of a deployment's tree that decides whether and with what it boots, as it is on disk
 * now: {@link BootableCheck} over it costs some hundred lstat(2), not the reading of every file.
 *
 * <p>It looks where that check looks. Contents and attributes are left out.
 */
final class LiveTree {
  private static final String MODULES = "usr/lib/modules";
  private static final List<String> DIRECTORIES = List.of("boot", MODULES);
  private static final List<String> FILES =
      List.of(
          "sbin/init",
          "usr/lib/systemd/systemd",
          "lib/systemd/systemd",
          "init",
          "etc/os-release",
          "usr/lib/os-release");

  private final SystemFiles files;
  private final Path root;
  private final Map<String, Optional<TreeEntry>> seen = new HashMap<>();
  private final PathResolution resolution =
      new PathResolution(
          at -> entry(at).map(it -> new PathResolution.Step(it.kind(), it.linkTarget())));

  private LiveTree(SystemFiles files, Path root) {
    this.files = files;
    this.root = root;
  }

  /** What lies below {@code root}, as far as booting is concerned. */
  static TreeManifest bootRelevant(SystemFiles files, Path root) {
    LiveTree tree = new LiveTree(files, root);
    FILES.forEach(tree::visit);
    BootableCheck.MOUNT_POINTS.forEach(tree::visit);
    DIRECTORIES.forEach(tree::visitAllIn);
    tree.namesIn(MODULES).forEach(version -> tree.visitAllIn(MODULES + "/" + version));
    TreeMap<String, TreeEntry> entries = new TreeMap<>();
    tree.seen.forEach((path, entry) -> entry.ifPresent(it -> entries.put(path, it)));
    return TreeManifest.of(entries);
  }

  private void visitAllIn(String directory) {
    namesIn(directory).forEach(name -> visit(directory + "/" + name));
  }

  private List<String> namesIn(String directory) {
    return visit(directory).map(at -> files.names(root.resolve(at))).orElse(List.of());
  }

  /** Where the path leads; all that lies on the way is now seen. */
  private Optional<String> visit(String path) {
    return resolution.resolve(path);
  }

  private Optional<TreeEntry> entry(String path) {
    Optional<TreeEntry> known = seen.get(path);
    if (known != null) {
      return known;
    }
    Optional<TreeEntry> entry = files.look(root.resolve(path)).map(LiveTree::entry);
    seen.put(path, entry);
    return entry;
  }

  private static TreeEntry entry(SystemFiles.Seen seen) {
    return new TreeEntry(
        seen.kind(), seen.mode(), 0, 0, seen.size(), "", seen.linkTarget(), 0, new TreeMap<>(), "");
  }
}

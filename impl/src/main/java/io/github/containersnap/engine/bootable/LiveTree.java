package io.github.containersnap.engine.bootable;

import io.github.containersnap.engine.model.SealedRoot;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.tree.PathResolution;
import io.github.containersnap.tree.TreeEntry;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A deployment's tree as it is on disk now, of which only what is asked for is looked at: {@link
 * BootableCheck} over it costs some hundred lstat(2), not the reading of every file.
 *
 * <p>Contents and attributes are left out, and so is what the engine has added to the image.
 */
public final class LiveTree implements BootTree {
  private final SystemFiles files;
  private final Path root;
  private final boolean withOwn;
  private final Map<String, Optional<TreeEntry>> seen = new HashMap<>();
  private final PathResolution resolution =
      new PathResolution(
          at -> look(at).map(it -> new PathResolution.Step(it.kind(), it.linkTarget())));

  /** The tree below {@code root}. */
  public LiveTree(SystemFiles files, Path root) {
    this(files, root, false);
  }

  private LiveTree(SystemFiles files, Path root, boolean withOwn) {
    this.files = files;
    this.root = root;
    this.withOwn = withOwn;
  }

  /** The tree below {@code root}, with what the engine has added to the image. */
  public static LiveTree withOwn(SystemFiles files, SealedRoot root) {
    return new LiveTree(files, root.root(), true);
  }

  @Override
  public Optional<TreeEntry> get(String path) {
    String directory = PathResolution.parent(path);
    // The kernel would follow a link above the last component, perhaps out of the tree.
    return resolve(directory).filter(directory::equals).flatMap(_ -> look(path));
  }

  @Override
  public Optional<String> resolve(String path) {
    return resolution.resolve(path);
  }

  @Override
  public Stream<String> names(String directory) {
    return resolve(directory).stream().flatMap(at -> files.names(root.resolve(at)).stream());
  }

  /**
   * The bytes of the regular file that {@code path} leads to inside the tree; nothing where it
   * leads to none, or to one of more than {@code limit} bytes.
   */
  public Optional<byte[]> read(String path, int limit) {
    return resolve(path).flatMap(at -> files.readBytes(root.resolve(at), limit));
  }

  /** What lies at a path that has no link above its last component. */
  private Optional<TreeEntry> look(String path) {
    Optional<TreeEntry> known = seen.get(path);
    if (known != null) {
      return known;
    }
    Optional<TreeEntry> entry =
        !withOwn && path.equals(SealedRoot.OWN_DIRECTORY)
            ? Optional.empty()
            : files.look(root.resolve(path)).map(LiveTree::entry);
    seen.put(path, entry);
    return entry;
  }

  private static TreeEntry entry(SystemFiles.Seen seen) {
    return new TreeEntry(
        seen.kind(), seen.mode(), 0, 0, seen.size(), "", seen.linkTarget(), 0, new TreeMap<>(), "");
  }
}

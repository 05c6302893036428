package io.github.containersnap.engine.bootable;

import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.util.Optional;
import java.util.stream.Stream;

/** A tree as far as {@link BootableCheck} looks at it. Paths are as in {@link TreeManifest}. */
public interface BootTree {
  /** The entry at exactly this path; symbolic links are not followed. */
  Optional<TreeEntry> get(String path);

  /** Where the path leads to inside the tree, as {@link TreeManifest#resolve}. */
  Optional<String> resolve(String path);

  /** The names directly below a directory, links in its path followed. */
  Stream<String> names(String directory);

  /** A tree that was read whole. */
  static BootTree of(TreeManifest manifest) {
    return new BootTree() {
      @Override
      public Optional<TreeEntry> get(String path) {
        return manifest.get(path);
      }

      @Override
      public Optional<String> resolve(String path) {
        return manifest.resolve(path);
      }

      @Override
      public Stream<String> names(String directory) {
        return manifest.resolve(directory).stream()
            .flatMap(resolved -> manifest.names(resolved).stream());
      }
    };
  }
}

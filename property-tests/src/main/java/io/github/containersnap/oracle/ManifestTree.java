package io.github.containersnap.oracle;

import io.github.containersnap.properties.Tree;
import io.github.containersnap.tree.TreeDifference;
import io.github.containersnap.tree.TreeManifest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A tree of files.
 *
 * @param manifest what it holds
 */
record ManifestTree(TreeManifest manifest) implements Tree {
  @Override
  public Optional<String> differenceFrom(Tree expected) {
    if (!(expected instanceof ManifestTree(TreeManifest wanted))) {
      throw new IllegalArgumentException("a tree of files is compared with another of its kind");
    }
    return first(manifest.differencesFrom(wanted));
  }

  /** The first of several differences, as a sentence part. */
  static Optional<String> first(List<TreeDifference> differences) {
    return differences.stream()
        .findFirst()
        .map(
            difference ->
                differences.size() == 1
                    ? difference.toString().strip()
                    : String.format(
                        Locale.ROOT,
                        "%s (and %,d more differences)",
                        difference.toString().strip(),
                        differences.size() - 1));
  }
}

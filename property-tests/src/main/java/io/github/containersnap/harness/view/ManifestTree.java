package io.github.containersnap.harness.view;

import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeDifference;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A tree that was read whole, or that is known to the last bit.
 *
 * @param place where messages say that it lies, such as "etc"; empty for a root
 * @param manifest what it holds
 */
public record ManifestTree(String place, TreeManifest manifest) implements Tree {
  @Override
  public Optional<String> differenceFrom(Tree expected) {
    if (!(expected instanceof ManifestTree(String _, TreeManifest wanted))) {
      throw new IllegalArgumentException("trees of two worlds cannot be compared");
    }
    List<TreeDifference> differences = manifest.differencesFrom(wanted);
    if (differences.isEmpty()) {
      return Optional.empty();
    }
    int more = differences.size() - 1;
    return Optional.of(
        inWords(differences.getFirst())
            + (more == 0 ? "" : String.format(Locale.ROOT, " (and %,d more differences)", more)));
  }

  private String inWords(TreeDifference difference) {
    String path = place.isEmpty() ? difference.path() : place + "/" + difference.path();
    return switch (difference.what()) {
      case "missing" -> "/%s is missing".formatted(path);
      case "not expected" -> "/%s should not be there".formatted(path);
      default -> "/%s is wrong: %s".formatted(path, difference.what());
    };
  }

  @Override
  public Optional<String> sha256(String path) {
    return manifest
        .get(path)
        .filter(entry -> entry.kind() == FileKind.FILE)
        .map(TreeEntry::contentDigest);
  }
}

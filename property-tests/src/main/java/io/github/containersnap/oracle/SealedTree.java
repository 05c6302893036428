package io.github.containersnap.oracle;

import io.github.containersnap.engine.DeploymentId;
import io.github.containersnap.experiment.ImageOrigin;
import io.github.containersnap.properties.Tree;
import io.github.containersnap.tree.TreeManifest;
import java.util.Optional;

/**
 * The root of a deployment without its /etc, and what its records say.
 *
 * @param manifest what it holds
 * @param origin what it was made from
 * @param snapshotOf what it is a snapshot of, if it is one
 */
record SealedTree(
    TreeManifest manifest, Optional<ImageOrigin> origin, Optional<DeploymentId> snapshotOf)
    implements Tree {
  @Override
  public Optional<String> differenceFrom(Tree expected) {
    if (!(expected instanceof SealedTree wanted)) {
      throw new IllegalArgumentException("a root is compared with another root");
    }
    return ManifestTree.first(manifest.differencesFrom(wanted.manifest))
        .or(() -> recordDifferenceFrom(wanted));
  }

  private Optional<String> recordDifferenceFrom(SealedTree wanted) {
    if (!origin.equals(wanted.origin)) {
      return Optional.of("its record names another image or reference");
    }
    return snapshotOf.equals(wanted.snapshotOf)
        ? Optional.empty()
        : Optional.of("it says that it is a snapshot of something else");
  }
}

package io.github.containersnap.harness.experiment;

import io.github.containersnap.harness.property.Side;
import io.github.containersnap.harness.updater.BootContent;
import io.github.containersnap.harness.updater.UpdaterSettings;
import io.github.containersnap.tree.TreeManifest;

/**
 * What the two systems of any updater look like when nothing goes wrong: the roots that would boot,
 * with the boot files that lie outside of them ({@link BootContent}).
 *
 * @param oldTree the root that boots before the update
 * @param newTree the root that boots after it, as the updater leaves it undisturbed
 * @param var what the machine's owner keeps in /var
 * @param settings what of a root is not judged
 */
public record RootExpectations(
    TreeManifest oldTree, TreeManifest newTree, TreeManifest var, UpdaterSettings settings)
    implements SystemExpectations {

  /** What the root of that side holds. */
  public TreeManifest tree(Side side) {
    return side == Side.OLD ? oldTree : newTree;
  }
}

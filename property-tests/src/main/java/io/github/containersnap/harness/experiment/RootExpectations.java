package io.github.containersnap.harness.experiment;

import io.github.containersnap.harness.property.Side;
import io.github.containersnap.tree.TreeManifest;

/**
 * What the two systems of any updater look like when nothing goes wrong: the trees that would boot.
 *
 * @param oldTree the root that boots before the update
 * @param newTree the root that boots after it, as the updater leaves it undisturbed
 * @param var what the machine's owner keeps in /var
 */
public record RootExpectations(TreeManifest oldTree, TreeManifest newTree, TreeManifest var)
    implements SystemExpectations {

  /** What the root of that side holds. */
  public TreeManifest tree(Side side) {
    return side == Side.OLD ? oldTree : newTree;
  }
}

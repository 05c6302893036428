package io.github.containersnap.harness.world;

import io.github.containersnap.harness.view.Tree;
import io.github.containersnap.harness.world.Node.Directory;
import io.github.containersnap.harness.world.Node.RegularFile;
import java.util.Optional;
import java.util.Set;

/**
 * A tree of a simulated disk.
 *
 * @param root its root
 * @param apart paths that are no part of it
 */
record SimulatedTree(Directory root, Set<String> apart) implements Tree {
  @Override
  public Optional<String> differenceFrom(Tree expected) {
    if (!(expected instanceof SimulatedTree(Directory wanted, Set<String> _))) {
      throw new IllegalArgumentException("trees of two worlds cannot be compared");
    }
    return NodeComparison.difference("", root, wanted, apart::contains);
  }

  @Override
  public Optional<String> sha256(String path) {
    return NodeTree.find(root, path)
        .filter(RegularFile.class::isInstance)
        .map(node -> ((RegularFile) node).content().digest());
  }
}

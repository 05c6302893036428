package io.github.containersnap.loopback.btrfs.format;

import org.jspecify.annotations.Nullable;

/**
 * What a parent says of a node.
 *
 * @param firstKey the node's first key, or null for a root, of which nothing says it
 */
public record NodePointer(
    TreeName tree, long logical, long generation, int level, @Nullable Key firstKey) {

  /** A pointer to the root node of a tree. */
  public static NodePointer toRoot(TreeName tree, long logical, long generation, int level) {
    return new NodePointer(tree, logical, generation, level, null);
  }

  /** A pointer to a child of the node that this one points to. */
  public NodePointer toChild(TreeNode.Child child) {
    return new NodePointer(tree, child.logical(), child.generation(), level - 1, child.key());
  }

  /** What {@code node} is that this pointer does not say, or null if they agree. */
  public @Nullable String disagreement(TreeNode node) {
    if (node.logical() != logical) {
      return "says it belongs at logical address %d".formatted(node.logical());
    }
    if (node.level() != level) {
      return "level %d wanted, %d found".formatted(level, node.level());
    }
    if (node.generation() != generation) {
      return "generation %d wanted, %d found".formatted(generation, node.generation());
    }
    if (firstKey != null && !firstKey.equals(node.firstKey())) {
      return "first key %s wanted, %s found".formatted(firstKey, node.firstKey());
    }
    return null;
  }
}

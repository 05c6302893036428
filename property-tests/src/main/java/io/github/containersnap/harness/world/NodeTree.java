package io.github.containersnap.harness.world;

import io.github.containersnap.harness.world.Node.Directory;
import java.util.Optional;

/** Paths in a tree of nodes. A path has no slash in front; the tree's root is the empty path. */
public final class NodeTree {
  private NodeTree() {}

  /** The node at {@code path}, if there is one; links are not followed. */
  public static Optional<Node> find(Directory root, String path) {
    Node node = root;
    int from = 0;
    while (from < path.length()) {
      if (!(node instanceof Directory directory)) {
        return Optional.empty();
      }
      int slash = path.indexOf('/', from);
      int to = slash < 0 ? path.length() : slash;
      Node child = directory.children().get(path.substring(from, to));
      if (child == null) {
        return Optional.empty();
      }
      node = child;
      from = to + 1;
    }
    return Optional.of(node);
  }

  /** The path of what is called {@code name} in the directory at {@code path}. */
  public static String below(String path, String name) {
    return path.isEmpty() ? name : path + "/" + name;
  }

  /** The path of the directory that holds {@code path}; the root's is the root's own. */
  public static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }
}

package io.github.containersnap.harness.world.simulated;

import io.github.containersnap.harness.world.Node;
import io.github.containersnap.harness.world.Node.Directory;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Changes of trees within one transaction of btrfs, which each subvolume that changes remembers.
 *
 * @param transaction the transaction's number
 */
record TreeEdit(long transaction) {

  /**
   * The tree in which another node, or none, is at {@code path}.
   *
   * @param how makes the new node of the old one; nothing stands for no node
   */
  Directory changed(Directory tree, String path, UnaryOperator<@Nullable Node> how) {
    int slash = path.indexOf('/');
    if (slash < 0) {
      Node changed = how.apply(tree.children().get(path));
      return stamped(changed == null ? tree.without(path) : tree.with(path, changed));
    }
    String name = path.substring(0, slash);
    if (!(tree.children().get(name) instanceof Directory inner)) {
      throw SimulatedDisk.failure(path, "No such file or directory");
    }
    String rest = path.substring(slash + 1);
    Directory changed = tree.with(name, changed(inner, rest, how));
    return isInNestedSubvolume(inner, rest) ? changed : stamped(changed);
  }

  /** Whether a subvolume lies between {@code directory} itself, included, and {@code path}. */
  private static boolean isInNestedSubvolume(Directory directory, String path) {
    if (directory.subvolume().isPresent()) {
      return true;
    }
    int slash = path.indexOf('/');
    return slash >= 0
        && directory.children().get(path.substring(0, slash)) instanceof Directory inner
        && isInNestedSubvolume(inner, path.substring(slash + 1));
  }

  /** The root of a subvolume as changed in this transaction; any other directory as it is. */
  Directory stamped(Directory directory) {
    return directory.subvolume().isEmpty()
        ? directory
        : directory.as(directory.subvolume().map(it -> it.changedIn(transaction)));
  }
}

package io.github.containersnap.oci.layer;

import java.util.HashMap;
import java.util.Map;

/** The inodes of the tree that layers are applied to: each number has one, read when needed. */
final class InodesBelow {
  private final BaseTree tree;
  private final Map<Long, Inode> inodes = new HashMap<>();

  InodesBelow(BaseTree tree) {
    this.tree = tree;
  }

  Inode inode(long number) {
    return inodes.computeIfAbsent(number, unread -> new Inode(this, unread));
  }

  BaseTree.BaseFile file(long number) {
    return tree.file(number);
  }
}

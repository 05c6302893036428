package io.github.containersnap.oci.layer;

import io.github.containersnap.tree.TreeEntry;
import java.util.Map;

/** A tree that layers are applied to and that is read only where they, or who asks, look. */
public interface BaseTree {
  /** The number of its root directory. */
  long root();

  /**
   * The file of that number.
   *
   * @throws IllegalStateException if there is none, which none of its directories may lead to
   */
  BaseFile file(long number);

  /**
   * A file of such a tree.
   *
   * @param entry all that it is, without a group of hard links
   * @param children if it is a directory, the numbers of the files in it by their names; names that
   *     are hard links of each other have one number
   */
  record BaseFile(TreeEntry entry, Map<String, Long> children) {}
}

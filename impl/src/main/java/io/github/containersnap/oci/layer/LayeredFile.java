package io.github.containersnap.oci.layer;

import io.github.containersnap.tree.TreeEntry;
import java.util.Map;

/** A file in the tree that layers make. Names that are hard links of each other share one. */
public interface LayeredFile {
  /** Its number in the tree that the layers were applied to; 0 if one of them brought it. */
  long number();

  /**
   * Whether anyone has looked at it. If not, it is what the tree below the layers has, as is all
   * below it.
   */
  boolean isLoaded();

  /** All that it is, without a group of hard links. */
  TreeEntry entry();

  /** The files in this directory by their names; none if it is no directory. */
  Map<String, ? extends LayeredFile> files();
}

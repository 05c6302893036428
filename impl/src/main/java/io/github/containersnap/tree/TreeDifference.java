package io.github.containersnap.tree;

/**
 * One path at which a tree is not what was expected.
 *
 * @param path the path, relative to the root
 * @param what the difference in words: "missing", "mode 0644 instead of 0755"
 */
public record TreeDifference(String path, String what) {

  @Override
  public String toString() {
    return "/" + path + ": " + what;
  }
}

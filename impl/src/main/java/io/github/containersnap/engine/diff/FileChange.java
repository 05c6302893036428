package io.github.containersnap.engine.diff;

import io.github.containersnap.etc.EtcChange;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.util.List;

/**
 * What is different at one path of two trees.
 *
 * @param kind what sort of change
 * @param path the path, relative to the root; "" for the root itself
 * @param what the difference in words: "mode 0644 instead of 0755"
 * @param before the size of a regular file before, in bytes; 0 if there was none
 * @param after the size of a regular file after, in bytes; 0 if there is none
 */
public record FileChange(EtcChange.Kind kind, String path, String what, long before, long after) {

  /** What is different, ordered by path. Names of one file count as files of their own. */
  static List<FileChange> between(TreeManifest before, TreeManifest after) {
    return EtcChange.between(before, after).stream()
        .map(
            it ->
                new FileChange(
                    it.kind(),
                    it.path(),
                    it.what(),
                    size(before, it.path()),
                    size(after, it.path())))
        .toList();
  }

  private static long size(TreeManifest tree, String path) {
    return tree.get(path).map(TreeEntry::size).orElse(0L);
  }
}

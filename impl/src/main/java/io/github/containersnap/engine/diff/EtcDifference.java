package io.github.containersnap.engine.diff;

import io.github.containersnap.etc.AccountFile;
import io.github.containersnap.etc.EtcChange;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What is different at one path of the images' /etc, and what that means for this machine.
 *
 * @param change the difference between the two images
 * @param here what an update to the second image does with it on this machine
 */
public record EtcDifference(EtcChange change, Here here) {

  /** What an update does on this machine with a path that differs between two images. */
  public enum Here {
    /** The machine gets what the new image has. */
    TAKEN,
    /** This machine changed it too, and keeps what it changed. */
    KEPT,
    /** This machine's accounts and the new image's are merged by entry. */
    MERGED
  }

  /**
   * The differences of two images' /etc, ordered by path.
   *
   * @param merged what this machine's /etc would be after an update to the second; empty if there
   *     is no deployment that could be updated
   */
  static List<EtcDifference> between(
      TreeManifest before, TreeManifest after, Optional<TreeManifest> merged) {
    return EtcChange.between(before, after).stream()
        .map(it -> new EtcDifference(it, here(it.path(), after, merged)))
        .toList();
  }

  private static Here here(String path, TreeManifest after, Optional<TreeManifest> merged) {
    if (merged.isEmpty() || entry(after, path).equals(entry(merged.get(), path))) {
      return Here.TAKEN;
    }
    return Arrays.stream(AccountFile.values()).anyMatch(it -> it.path().equals(path))
        ? Here.MERGED
        : Here.KEPT;
  }

  private static Optional<TreeEntry> entry(TreeManifest tree, String path) {
    return tree.get(path).map(it -> it.inHardLinkGroup(""));
  }
}

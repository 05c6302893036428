package io.github.containersnap.loopback.btrfs.format;

/**
 * Which tree a node was found in.
 *
 * @param id the tree's object id; for a log, of the subvolume it belongs to
 * @param log whether it is a log tree
 */
public record TreeName(long id, boolean log) {
  public static final TreeName ROOT = new TreeName(1, false);
  static final TreeName CHUNK = new TreeName(3, false);
  public static final TreeName LOG_ROOT = new TreeName(-6, true);

  private static final long FILES = 5;
  private static final long FIRST_SUBVOLUME = 256;
  private static final long LAST_SUBVOLUME = -256;

  /** Whether ids of this kind belong to subvolumes. */
  public static boolean isSubvolume(long id) {
    return id == FILES
        || (Long.compareUnsigned(id, FIRST_SUBVOLUME) >= 0
            && Long.compareUnsigned(id, LAST_SUBVOLUME) <= 0);
  }

  @Override
  public String toString() {
    if (equals(LOG_ROOT)) {
      return "tree of logs";
    }
    return (log ? "log of tree " : "tree ") + id;
  }
}

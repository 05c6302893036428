package io.github.containersnap.gate.check;

/**
 * Of which violated checks a report keeps the disk and the log ({@code disk/}), from which its
 * cases are rebuilt. They are most of a report's size.
 */
public enum DiskArchive {
  /** Of the first check that is violated; there are several with several transitions. */
  FIRST,
  /** Of each check that is violated. */
  ALL,
  /** Of none: the cases name a state, and nothing rebuilds it. */
  NEVER;

  /**
   * Whether a check that is violated keeps its disk.
   *
   * @param before how many checks of the same run have kept theirs
   */
  boolean keepsOneAfter(int before) {
    return switch (this) {
      case FIRST -> before == 0;
      case ALL -> true;
      case NEVER -> false;
    };
  }
}

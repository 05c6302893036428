package io.github.containersnap.loopback.btrfs.format;

import java.util.ArrayList;
import java.util.List;

/** What one walk found wrong, up to a bound: a hostile disk must not fill the memory with it. */
public final class Corruptions {
  private static final int MOST = 1000;

  private final List<Corruption> found = new ArrayList<>();
  private long more;
  private boolean treesBroken;

  /** Notes a corruption, or counts it if there are many already. */
  public void add(long logical, long imageOffset, String what) {
    if (found.size() < MOST - 1) {
      found.add(new Corruption(logical, imageOffset, what));
    } else {
      more++;
    }
  }

  /**
   * As {@link #add}, for a tree node or superblock: from there on it is the reader's business
   * (kernel or boot loader) what it follows.
   */
  public void addToTree(long logical, long imageOffset, String what) {
    treesBroken = true;
    add(logical, imageOffset, what);
  }

  /** Whether some reader may be led to blocks that the walk did not see. */
  public boolean treesBroken() {
    return treesBroken;
  }

  /** What was noted; the last entry says how many more there were. */
  public List<Corruption> asList() {
    List<Corruption> all = new ArrayList<>(found);
    if (more > 0) {
      all.add(new Corruption(-1, -1, "and %d more".formatted(more)));
    }
    return all;
  }
}

package io.github.containersnap.proof;

import io.github.containersnap.linux.BtrfsHandle;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Inodes of a subvolume as its btrfs tree describes them, read in few system calls without opening
 * a file.
 */
final class SubvolumeTree {
  /** The inode of a subvolume's root directory, and the first there is (BTRFS_FIRST_FREE_…). */
  static final long ROOT = 256;

  private static final long LAST = -256; // BTRFS_LAST_FREE_OBJECTID

  /** To read so many inodes too many costs less than one more call. */
  private static final int GAP = 8;

  private SubvolumeTree() {}

  /** All inodes of the subvolume by their numbers, in rising order. */
  static Map<Long, FoundInode> all(BtrfsHandle subvolume) throws IOException {
    Map<Long, FoundInode> found = new LinkedHashMap<>();
    read(subvolume, ROOT, LAST, found);
    return found;
  }

  /**
   * The numbers of all inodes of which an item lies in a leaf of the tree that was written by
   * transaction {@code since} or a later one.
   */
  static SortedSet<Long> inLeavesWritten(BtrfsHandle subvolume, long since) throws IOException {
    SortedSet<Long> numbers = new TreeSet<>();
    long[] last = {0};
    subvolume.readItems(
        ROOT,
        LAST,
        since,
        (object, type, offset, item) -> {
          if (object != last[0]) {
            numbers.add(object);
            last[0] = object;
          }
        });
    return numbers;
  }

  /**
   * The inodes of these numbers with all of their items, and perhaps some more, by their numbers in
   * rising order. A number that no inode has is left out.
   */
  static Map<Long, FoundInode> inodes(BtrfsHandle subvolume, SortedSet<Long> numbers)
      throws IOException {
    Map<Long, FoundInode> found = new LinkedHashMap<>();
    long first = -1;
    long last = -1;
    for (long number : numbers) {
      if (first >= 0 && number - last > GAP) {
        read(subvolume, first, last, found);
        first = number;
      } else if (first < 0) {
        first = number;
      }
      last = number;
    }
    if (first >= 0) {
      read(subvolume, first, last, found);
    }
    return found;
  }

  private static void read(
      BtrfsHandle subvolume, long first, long last, Map<Long, FoundInode> found)
      throws IOException {
    InodeItems items = new InodeItems(inode -> found.put(inode.number(), inode));
    subvolume.readItems(first, last, 0, items);
    items.finish();
  }
}

package io.github.containersnap.loopback.btrfs;

import java.util.Locale;
import java.util.Map;

/** What a part of a disk is to a btrfs. */
public sealed interface BlockOwner {

  /**
   * A copy of the superblock.
   *
   * @param copy 0 for the one the kernel mounts by
   */
  record Superblock(int copy) implements BlockOwner {
    @Override
    public String toString() {
      return copy == 0 ? "the superblock" : "copy %d of the superblock".formatted(copy);
    }
  }

  /**
   * A node of a tree.
   *
   * @param tree the tree's object id; for a log, of the subvolume it belongs to
   * @param log whether the tree is a log, which a mount replays and GRUB ignores
   * @param level 0 for a leaf
   */
  record Node(long tree, boolean log, int level) implements BlockOwner {
    @Override
    public String toString() {
      return "%s of %s"
          .formatted(level == 0 ? "a leaf" : "a node (level %d)".formatted(level), name());
    }

    private String name() {
      return Trees.name(tree, log);
    }
  }

  /**
   * Data of a file; of one of them if files share it.
   *
   * @param tree the subvolume's tree
   * @param log whether only a log knows of it
   */
  record Data(long tree, boolean log, long inode) implements BlockOwner {
    @Override
    public String toString() {
      return "data of inode %d in %s".formatted(inode, Trees.name(tree, log));
    }
  }

  /** Nothing refers to it. */
  record Nothing() implements BlockOwner {
    @Override
    public String toString() {
      return "nothing that btrfs refers to";
    }
  }

  /** The names of btrfs's own trees, by object id (btrfs documentation, "On-disk Format"). */
  final class Trees {
    private static final Map<Long, String> NAMES =
        Map.ofEntries(
            Map.entry(1L, "the tree of trees"),
            Map.entry(2L, "the extent tree"),
            Map.entry(3L, "the chunk tree"),
            Map.entry(4L, "the device tree"),
            Map.entry(5L, "the top level"),
            Map.entry(7L, "the checksum tree"),
            Map.entry(8L, "the quota tree"),
            Map.entry(9L, "the UUID tree"),
            Map.entry(10L, "the free space tree"),
            Map.entry(11L, "the block group tree"),
            Map.entry(-6L, "the tree of logs"),
            Map.entry(-9L, "the data relocation tree"));

    private Trees() {}

    /** The name of a tree, or of its log, within a sentence. */
    public static String name(long id, boolean log) {
      String name = NAMES.getOrDefault(id, String.format(Locale.ROOT, "subvolume %d", id));
      return log && id != -6 ? "the log of " + name : name;
    }
  }
}

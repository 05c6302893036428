package io.github.containersnap.loopback.btrfs;

/** What a write of btrfs is, by its first block. */
public enum WriteKind {
  /** A copy of the superblock: what it refers to is the filesystem from now on. */
  SUPERBLOCK,
  /** Nodes of a log tree, by which fsync makes single files durable. */
  LOG_TREE,
  /** Nodes of any other tree. */
  TREE,
  /** Anything else within the btrfs: the contents of files. */
  DATA,
  /** A write to another partition, or between partitions. */
  OUTSIDE
}

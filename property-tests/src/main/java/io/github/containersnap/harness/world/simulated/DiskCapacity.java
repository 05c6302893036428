package io.github.containersnap.harness.world.simulated;

import io.github.containersnap.harness.world.Node;
import io.github.containersnap.harness.world.Node.Directory;
import io.github.containersnap.harness.world.Node.RegularFile;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Room on a disk, in bytes: what there is, or what is used.
 *
 * @param data for the contents of files
 * @param metadata for names, attributes, subvolumes and small contents
 */
record DiskCapacity(long data, long metadata) {
  private static final long METADATA_OF_A_NODE = 1L << 10;
  private static final long METADATA_OF_A_SUBVOLUME = 48L << 10;

  DiskCapacity plus(DiskCapacity other) {
    return new DiskCapacity(data + other.data, metadata + other.metadata);
  }

  DiskCapacity minus(DiskCapacity other) {
    return new DiskCapacity(data - other.data, metadata - other.metadata);
  }

  /** What two trees use on one disk; what they share counts once. */
  static DiskCapacity used(Directory one, Directory other) {
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    return usedBy(one, seen).plus(usedBy(other, seen));
  }

  private static DiskCapacity usedBy(Node node, Set<Object> seen) {
    long[] sums = new long[2];
    count(node, seen, sums);
    return new DiskCapacity(sums[0], sums[1]);
  }

  private static void count(Node node, Set<Object> seen, long[] sums) {
    if (!seen.add(node)) {
      return;
    }
    sums[1] += METADATA_OF_A_NODE;
    switch (node) {
      case RegularFile file -> {
        if (seen.add(file.content())) {
          sums[0] += file.content().data();
          sums[1] += file.content().metadata();
        }
      }
      case Directory directory -> {
        if (directory.subvolume().isPresent()) {
          sums[1] += METADATA_OF_A_SUBVOLUME;
        }
        directory.children().values().forEach(child -> count(child, seen, sums));
      }
      case Node.SymbolicLink _ -> {}
    }
  }
}

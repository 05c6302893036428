package io.github.containersnap.loopback.btrfs;

import io.github.containersnap.loopback.btrfs.format.Partition;
import io.github.containersnap.loopback.btrfs.format.Sha256Value;
import io.github.containersnap.loopback.btrfs.format.StoredData;
import io.github.containersnap.loopback.btrfs.format.StoredNode;
import io.github.containersnap.loopback.btrfs.format.Superblock;
import io.github.containersnap.loopback.btrfs.format.SuperblockCopies;
import java.util.BitSet;

/** The blocks that a view stands for, and the fingerprint over their bytes and positions. */
final class Coverage {
  private static final int BUFFER_BYTES = 1 << 20;

  private final Partition partition;
  private final BitSet blocks = new BitSet();
  private final Sha256Value.Accumulator fingerprint = new Sha256Value.Accumulator();
  private long treeNodes;

  Coverage(Partition partition, SuperblockCopies superblocks) {
    this.partition = partition;
    superblocks.positions().forEach(position -> mark(position, Superblock.BYTES));
    superblocks.addTo(fingerprint);
  }

  /**
   * Takes in what one superblock leads to. The order of nodes and data follows from what the nodes
   * say, so equal disks give equal fingerprints.
   */
  void add(TreeWalk trees, DataExtents data, int nodeBytes) {
    treeNodes += trees.visits().size();
    fingerprint.section("nodes").add(trees.visits().size()).add(nodeBytes);
    for (TreeWalk.Visit visit : trees.visits()) {
      fingerprint.add(visit.logical()).add(visit.copies().size());
      for (StoredNode copy : visit.copies()) {
        mark(copy.position(), nodeBytes);
        fingerprint.add(copy.position()).add(copy.sha256());
      }
    }
    fingerprint.section("data").add(data.pieces().size());
    for (DataExtents.Piece piece : data.pieces()) {
      fingerprint.add(piece.logical()).add(piece.length()).add(piece.copies().size());
      for (StoredData copy : piece.copies()) {
        mark(copy.position(), copy.length());
        fingerprint.add(copy.position()).add(copy.sha256());
      }
    }
  }

  /** Covers the whole partition. */
  void addEverything() {
    mark(0, partition.size());
    fingerprint.section("everything").add(partition.size());
    byte[] buffer = new byte[BUFFER_BYTES];
    for (long position = 0; position < partition.size(); position += buffer.length) {
      int part = (int) Math.min(buffer.length, partition.size() - position);
      partition.read(position, buffer, part);
      fingerprint.add(buffer, part);
    }
  }

  private void mark(long position, long length) {
    ReachableBlocks.mark(blocks, partition.imageOffset(position), length);
  }

  ReachableBlocks blocks() {
    return new ReachableBlocks(blocks);
  }

  long treeNodes() {
    return treeNodes;
  }

  /** In hex; to be asked for once, after everything was added. */
  String fingerprint() {
    return fingerprint.result().toString();
  }
}

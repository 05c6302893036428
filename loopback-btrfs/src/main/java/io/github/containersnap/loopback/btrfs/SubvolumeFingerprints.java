package io.github.containersnap.loopback.btrfs;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fingerprints of trees: a node's is the hash of its bytes, of its children's fingerprints and of
 * the data it refers to. A subtree that snapshots share is computed once.
 */
final class SubvolumeFingerprints {
  private final TreeWalk walk;
  private final DataExtents data;
  private final Map<Long, Sha256> known = new HashMap<>();

  SubvolumeFingerprints(TreeWalk walk, DataExtents data) {
    this.walk = walk;
    this.data = data;
  }

  /** The view of the subvolume with this root. */
  SubvolumeView view(TreeNode.RootItem root) {
    return new SubvolumeView(
        root.key().objectId(), root.generation(), ofNode(root.logical()).toString());
  }

  private Sha256 ofNode(long logical) {
    Sha256 before = known.get(logical);
    if (before != null) {
      return before;
    }
    TreeWalk.Visit visit = walk.visitOf(logical);
    Sha256.Accumulator all = new Sha256.Accumulator();
    if (visit == null || visit.node() == null || visit.nodeSha256() == null) {
      addBroken(all, logical, visit);
    } else {
      all.section("node").add(visit.nodeSha256());
      addBelow(all, visit.node());
    }
    Sha256 fingerprint = all.result();
    known.put(logical, fingerprint);
    return fingerprint;
  }

  private static void addBroken(
      Sha256.Accumulator all, long logical, TreeWalk.@Nullable Visit visit) {
    all.section("broken").add(logical);
    if (visit != null) {
      visit.copies().forEach(copy -> all.add(copy.sha256()));
    }
  }

  /** The node's own bytes say how many children and extents there are. */
  private void addBelow(Sha256.Accumulator all, TreeNode node) {
    switch (node.content()) {
      case TreeNode.Interior interior ->
          interior.children().forEach(child -> all.add(ofNode(child.logical())));
      case TreeNode.Leaf leaf -> {
        for (TreeNode.FileExtent extent : leaf.extents()) {
          for (DataExtents.Piece piece : data.piecesIn(extent.logical(), extent.length())) {
            all.add(piece.logical());
            piece.copies().forEach(copy -> all.add(copy.sha256()));
          }
        }
      }
    }
  }
}

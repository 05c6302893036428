package io.github.containersnap.loopback.btrfs;

import io.github.containersnap.loopback.btrfs.format.Sha256Value;
import io.github.containersnap.loopback.btrfs.format.TreeNode;
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
  private final Map<Long, Sha256Value> known = new HashMap<>();

  SubvolumeFingerprints(TreeWalk walk, DataExtents data) {
    this.walk = walk;
    this.data = data;
  }

  /** The view of the subvolume with this root. */
  SubvolumeView view(TreeNode.RootItem root) {
    return new SubvolumeView(
        root.key().objectId(), root.generation(), ofNode(root.logical(), root.level()).toString());
  }

  /** A node of another level than its parent wants is broken; so this cannot run in circles. */
  private Sha256Value ofNode(long logical, int level) {
    TreeWalk.Visit visit = walk.visitOf(logical);
    TreeNode node = visit == null ? null : visit.node();
    if (visit == null || node == null || node.level() != level) {
      return ofBroken(logical, visit);
    }
    Sha256Value before = known.get(logical);
    if (before != null) {
      return before;
    }
    Sha256Value.Accumulator all = new Sha256Value.Accumulator().section("node");
    visit.addNodeTo(all);
    addBelow(all, node);
    Sha256Value fingerprint = all.result();
    known.put(logical, fingerprint);
    return fingerprint;
  }

  private static Sha256Value ofBroken(long logical, TreeWalk.@Nullable Visit visit) {
    Sha256Value.Accumulator all = new Sha256Value.Accumulator().section("broken").add(logical);
    if (visit != null) {
      visit.copies().forEach(copy -> all.add(copy.sha256()));
    }
    return all.result();
  }

  /** The node's own bytes say how many children and extents there are. */
  private void addBelow(Sha256Value.Accumulator all, TreeNode node) {
    switch (node.content()) {
      case TreeNode.Interior interior ->
          interior.children().forEach(child -> all.add(ofNode(child.logical(), node.level() - 1)));
      case TreeNode.Leaf leaf -> leaf.extents().forEach(extent -> data.addTo(all, extent));
    }
  }
}

package io.github.containersnap.loopback.btrfs;

import io.github.containersnap.loopback.btrfs.format.Chunk;
import io.github.containersnap.loopback.btrfs.format.ChunkMap;
import io.github.containersnap.loopback.btrfs.format.Corruptions;
import io.github.containersnap.loopback.btrfs.format.Key;
import io.github.containersnap.loopback.btrfs.format.NodeCache;
import io.github.containersnap.loopback.btrfs.format.NodePointer;
import io.github.containersnap.loopback.btrfs.format.Partition;
import io.github.containersnap.loopback.btrfs.format.Sha256Value;
import io.github.containersnap.loopback.btrfs.format.StoredNode;
import io.github.containersnap.loopback.btrfs.format.Superblock;
import io.github.containersnap.loopback.btrfs.format.TreeName;
import io.github.containersnap.loopback.btrfs.format.TreeNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every tree node that one superblock leads to.
 *
 * <p>It ends on any input: a child is one level below its parent, each logical address is descended
 * from once, and chunks do not overlap.
 */
final class TreeWalk {
  /** A logical address that was visited. */
  static final class Visit {
    private final NodePointer first;
    private final long logical;
    private final List<StoredNode> copies;
    private @Nullable Good good;

    private Visit(NodePointer first, List<StoredNode> copies) {
      this.first = first;
      this.logical = first.logical();
      this.copies = copies;
    }

    /** The pointer by which it was come upon first; snapshots share nodes. */
    NodePointer first() {
      return first;
    }

    long logical() {
      return logical;
    }

    List<StoredNode> copies() {
      return copies;
    }

    /** The node descended from, or null if no copy was good. */
    @Nullable TreeNode node() {
      return good == null ? null : good.node;
    }

    /** Adds the bytes of that node. */
    void addNodeTo(Sha256Value.Accumulator all) {
      if (good != null) {
        all.add(good.sha256);
      }
    }
  }

  /** A copy that is what its parent says. */
  private record Good(TreeNode node, Sha256Value sha256) {}

  /** A data extent and the tree it was first found in. */
  record PlacedExtent(TreeName tree, TreeNode.FileExtent extent) {}

  private final Partition partition;
  private final Superblock superblock;
  private final NodeCache nodes;
  private final Corruptions corruptions;
  private final ChunkMap chunks;

  /** In the order of the walk, which is a function of what the trees say. */
  private final List<Visit> visits = new ArrayList<>();

  private final Map<Long, Visit> byLogical = new HashMap<>();
  private final List<PlacedExtent> extents = new ArrayList<>();
  private final List<TreeNode.ChecksumRun> checksums = new ArrayList<>();
  private final List<Chunk> chunkItems = new ArrayList<>();
  private final List<TreeNode.RootItem> rootItems = new ArrayList<>();
  private final List<TreeNode.RootItem> logRootItems = new ArrayList<>();
  private @Nullable UUID chunkTreeUuid;

  TreeWalk(Partition partition, Superblock superblock, NodeCache nodes, Corruptions corruptions) {
    this.partition = partition;
    this.superblock = superblock;
    this.nodes = nodes;
    this.corruptions = corruptions;
    this.chunks = new ChunkMap(partition, superblock);
  }

  /**
   * Walks.
   *
   * @param logs whether to follow the log trees, as a mount does and GRUB does not
   */
  void run(boolean logs) {
    chunks.addAll(superblock.systemChunks());
    walk(superblock.chunkTree());
    chunks.addAll(chunkItems);
    walk(superblock.rootTree());
    // Trees with freed parts come last, so that a node they share is descended from in full.
    rootItems.stream().filter(root -> !root.isPartlyDropped()).forEach(root -> walk(tree(root)));
    rootItems.stream().filter(TreeNode.RootItem::isPartlyDropped).forEach(this::walkDropped);
    if (logs && superblock.hasLogTree()) {
      walk(superblock.logTree());
      logRootItems.forEach(root -> walk(log(root)));
    }
  }

  private static NodePointer tree(TreeNode.RootItem root) {
    return pointer(root, new TreeName(root.key().objectId(), false));
  }

  /** A log's key is (TREE_LOG, ROOT_ITEM, subvolume). */
  private static NodePointer log(TreeNode.RootItem root) {
    return pointer(root, new TreeName(root.key().offset(), true));
  }

  private static NodePointer pointer(TreeNode.RootItem root, TreeName tree) {
    return NodePointer.toRoot(tree, root.logical(), root.generation(), root.level());
  }

  private void walk(NodePointer pointer) {
    Visit visit = visit(pointer);
    Good good = check(visit, pointer);
    if (good == null || visit.good != null) {
      return;
    }
    visit.good = good;
    switch (good.node.content()) {
      case TreeNode.Interior interior ->
          interior.children().forEach(child -> walk(pointer.toChild(child)));
      case TreeNode.Leaf leaf -> take(pointer.tree(), leaf);
    }
  }

  private void take(TreeName tree, TreeNode.Leaf leaf) {
    leaf.extents().forEach(extent -> extents.add(new PlacedExtent(tree, extent)));
    checksums.addAll(leaf.checksums());
    chunkItems.addAll(leaf.chunks());
    if (tree.equals(TreeName.ROOT)) {
      rootItems.addAll(leaf.roots());
    } else if (tree.equals(TreeName.LOG_ROOT)) {
      logRootItems.addAll(leaf.roots());
    }
  }

  /**
   * Walks a tree whose deletion was interrupted. On the path to the drop progress, children left of
   * it are freed and may hold anything by now (kernel: {@code btrfs_drop_snapshot}).
   */
  private void walkDropped(TreeNode.RootItem root) {
    walkDropped(tree(root), root);
  }

  private void walkDropped(NodePointer pointer, TreeNode.RootItem root) {
    Good good = check(visit(pointer), pointer);
    if (good == null) {
      return;
    }
    switch (good.node.content()) {
      case TreeNode.Interior interior -> {
        int next = lastNotAfter(interior.children(), root.dropProgress());
        for (int i = next; i < interior.children().size(); i++) {
          NodePointer child = pointer.toChild(interior.children().get(i));
          if (i == next && pointer.level() > root.dropLevel()) {
            walkDropped(child, root);
          } else {
            walk(child);
          }
        }
      }
      case TreeNode.Leaf leaf -> take(pointer.tree(), leaf);
    }
  }

  private static int lastNotAfter(List<TreeNode.Child> children, Key key) {
    int index = 0;
    while (index + 1 < children.size() && children.get(index + 1).key().compareTo(key) <= 0) {
      index++;
    }
    return index;
  }

  private Visit visit(NodePointer pointer) {
    Visit known = byLogical.get(pointer.logical());
    if (known != null) {
      return known;
    }
    List<StoredNode> copies = new ArrayList<>();
    StoredNode otherCopy = null;
    for (long position : chunks.positions(pointer.logical(), superblock.nodeBytes())) {
      otherCopy = nodes.at(position, otherCopy);
      copies.add(otherCopy);
    }
    Visit visit = new Visit(pointer, copies);
    byLogical.put(pointer.logical(), visit);
    visits.add(visit);
    return visit;
  }

  /** The first copy that is what the pointer says; reports those that are not. */
  private @Nullable Good check(Visit visit, NodePointer pointer) {
    Good good = null;
    List<String> faults = new ArrayList<>();
    for (StoredNode copy : visit.copies) {
      String fault = fault(copy, pointer);
      if (fault == null && good == null && copy.node() != null) {
        good = new Good(copy.node(), copy.sha256());
      } else if (fault == null && good != null && !good.sha256.equals(copy.sha256())) {
        fault = "is sound, but differs from the copy before it";
      }
      faults.add(fault == null ? "" : fault);
    }
    if (visit.copies.isEmpty()) {
      corruptions.addToTree(
          pointer.logical(), -1, "%s: lies in no chunk".formatted(named(pointer)));
    }
    for (int i = 0; i < faults.size(); i++) {
      if (!faults.get(i).isEmpty()) {
        corruptions.addToTree(
            pointer.logical(),
            partition.imageOffset(visit.copies.get(i).position()),
            "%s: %s (copy %d of %d, %s)"
                .formatted(
                    named(pointer),
                    faults.get(i),
                    i + 1,
                    faults.size(),
                    good == null ? "no copy is good" : "another copy is good"));
      }
    }
    return good;
  }

  private static String named(NodePointer pointer) {
    return "tree node of %s, level %d".formatted(pointer.tree(), pointer.level());
  }

  private @Nullable String fault(StoredNode copy, NodePointer pointer) {
    TreeNode node = copy.node();
    if (node == null) {
      return copy.fault();
    }
    if (chunkTreeUuid == null) {
      chunkTreeUuid = node.chunkTreeUuid();
    } else if (!chunkTreeUuid.equals(node.chunkTreeUuid())) {
      return "names another chunk tree";
    }
    return pointer.disagreement(node);
  }

  ChunkMap chunks() {
    return chunks;
  }

  List<Visit> visits() {
    return visits;
  }

  /** Every copy of every node. */
  Stream<StoredNode> copies() {
    return visits.stream().flatMap(visit -> visit.copies.stream());
  }

  @Nullable Visit visitOf(long logical) {
    return byLogical.get(logical);
  }

  List<PlacedExtent> extents() {
    return extents;
  }

  /** The checksums of the checksum tree and of the logs. */
  List<TreeNode.ChecksumRun> checksums() {
    return checksums;
  }

  /** The subvolumes' roots that a path can lead to. */
  List<TreeNode.RootItem> subvolumes() {
    return rootItems.stream()
        .filter(root -> TreeName.isSubvolume(root.key().objectId()) && root.references() != 0)
        .toList();
  }
}

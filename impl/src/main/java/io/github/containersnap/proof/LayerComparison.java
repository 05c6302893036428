package io.github.containersnap.proof;

import io.github.containersnap.oci.layer.BaseTree.BaseFile;
import io.github.containersnap.oci.layer.LayeredFile;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.HostAttributes;
import io.github.containersnap.tree.TreeDifference;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Compares a layer's subvolume with the tree that its layers make, in both directions: what is in
 * the subvolume is in the tree, and what is in the tree is in the subvolume.
 *
 * <p>Both stand on the same ground, a tree that another subvolume was proven to hold: the
 * subvolume's inodes that may differ from that one's are known, and the expected tree knows which
 * of its files a layer has looked at. The comparison goes from the root to each of these, and no
 * further. What it passes by is, by induction from the root, what the ground has: the name leads to
 * an inode of the same number, that inode and all below it are the ground's, and no layer has
 * looked at it. Where there is no ground, everything is compared.
 */
final class LayerComparison {
  private final Map<Long, FoundInode> found;
  private final Optional<ProvenTree> ground;
  private final Contents contents;

  /** The directories of the subvolume that have one of the inodes found anywhere below them. */
  private final Set<Long> onTheWay = new HashSet<>();

  private final Deque<Meeting> pending = new ArrayDeque<>();
  private final Map<Long, Integer> namesSeen = new HashMap<>();
  private final IdentityHashMap<LayeredFile, Long> numberOf = new IdentityHashMap<>();
  private final Set<Long> numbersMet = new HashSet<>();
  private final Map<Long, String> digests = new HashMap<>();

  /**
   * A comparison.
   *
   * @param found all inodes of the subvolume that may differ from the ground's; all it has, if
   *     there is no ground
   * @param ground what the subvolume was a snapshot of, and the layers are applied to
   */
  LayerComparison(Map<Long, FoundInode> found, Optional<ProvenTree> ground, Contents contents) {
    this.found = found;
    this.ground = ground;
    this.contents = contents;
  }

  /** Knows what the regular files of the subvolume hold. */
  @FunctionalInterface
  interface Contents {
    /**
     * SHA-256, in hexadecimal digits, of what a file holds.
     *
     * @param path the file's path, or one of them
     */
    String digest(String path, FoundInode inode) throws IOException;
  }

  /** What the subvolume and the tree have at one path. */
  private record Meeting(String path, long number, LayeredFile file) {
    Meeting below(String name, long child, LayeredFile childFile) {
      return new Meeting(path.isEmpty() ? name : path + "/" + name, child, childFile);
    }
  }

  /**
   * Compares.
   *
   * @param root the expected tree
   * @return SHA-256 of what each regular file among the inodes found holds
   * @throws DamagedStoreException at the first difference, and at whatever is in doubt
   */
  Map<Long, String> compare(LayeredFile root) throws IOException {
    if (ground.isPresent()) {
      findTheWay(ground.get());
    }
    pending.push(new Meeting("", SubvolumeTree.ROOT, root));
    while (!pending.isEmpty()) {
      Meeting meeting = pending.pop();
      FoundInode inode = found.get(meeting.number());
      if (inode == null) {
        compareUnchanged(meeting);
      } else {
        compare(meeting, inode);
      }
    }
    requireAllNamesSeen();
    return digests;
  }

  private void findTheWay(ProvenTree tree) throws IOException {
    for (FoundInode inode : found.values()) {
      for (FoundInode.Name name : inode.names()) {
        long directory = name.directory();
        while (onTheWay.add(directory) && directory != SubvolumeTree.ROOT) {
          FoundInode changed = found.get(directory);
          directory =
              changed == null
                  ? tree.directoryOf(directory).orElse(SubvolumeTree.ROOT)
                  : changed.directory();
        }
      }
    }
  }

  /** An inode that is the ground's, in everything. */
  private void compareUnchanged(Meeting meeting) throws IOException {
    if (ground.isEmpty() || meeting.file().number() != meeting.number()) {
      throw new DamagedStoreException(
          "its /%s is inode %d, which is not the one expected"
              .formatted(meeting.path(), meeting.number()));
    }
    boolean lookedAt = meeting.file().isLoaded();
    if (!lookedAt && !onTheWay.contains(meeting.number())) {
      return;
    }
    BaseFile stored = ground.get().file(meeting.number());
    if (lookedAt) {
      require(meeting, stored.entry());
    }
    if (stored.entry().kind() == FileKind.DIRECTORY) {
      compareChildren(meeting, stored.children(), lookedAt);
    }
  }

  private void compare(Meeting meeting, FoundInode inode) throws IOException {
    requireSameFile(meeting, inode);
    if (namesSeen.merge(inode.number(), 1, Integer::sum) > 1) {
      return; // one more name of a file that was compared under another
    }
    String digest = "";
    if (inode.kind() == FileKind.FILE) {
      require(meeting, inode.entry(meeting.file().entry().contentDigest())); // reading is dear
      digest = contents.digest(meeting.path(), inode);
      digests.put(inode.number(), digest);
    }
    require(meeting, inode.entry(digest));
    if (inode.kind() == FileKind.DIRECTORY) {
      compareChildren(meeting, inode.children(), true);
    }
  }

  /** Names that are hard links of each other on one side must be on the other. */
  private void requireSameFile(Meeting meeting, FoundInode inode) throws DamagedStoreException {
    LayeredFile file = meeting.file();
    boolean grounds = ground.isPresent() && file.number() != 0;
    Long before = numberOf.putIfAbsent(file, inode.number());
    boolean firstMet = numbersMet.add(inode.number());
    boolean same = before == null ? firstMet : before == inode.number();
    if (!same || (grounds && file.number() != inode.number())) {
      throw new DamagedStoreException(
          "its /%s is not the same file under the same names".formatted(meeting.path()));
    }
  }

  /**
   * Compares what is in a directory.
   *
   * @param all whether it may have other names than the ground's directory
   */
  private void compareChildren(Meeting directory, Map<String, Long> children, boolean all)
      throws DamagedStoreException {
    Map<String, ? extends LayeredFile> files = directory.file().files();
    for (Map.Entry<String, Long> child : children.entrySet()) {
      String name = child.getKey();
      long number = child.getValue();
      if (all || found.containsKey(number) || onTheWay.contains(number)) {
        LayeredFile file = files.get(name);
        if (file == null) {
          throw differing(directory.below(name, number, directory.file()), "not expected");
        }
        pending.push(directory.below(name, number, file));
      }
    }
    if (all && files.size() != children.size()) {
      for (String name : files.keySet()) {
        if (!children.containsKey(name)) {
          throw differing(directory.below(name, 0, directory.file()), "missing");
        }
      }
    }
  }

  private static void require(Meeting meeting, TreeEntry there) throws DamagedStoreException {
    TreeEntry wanted = withoutHostAttributes(meeting.file().entry());
    if (!there.equals(wanted)) {
      TreeManifest expected = TreeManifest.of(Map.of(meeting.path(), wanted));
      for (TreeDifference difference :
          TreeManifest.of(Map.of(meeting.path(), there)).differencesFrom(expected)) {
        throw differing(meeting, difference.what());
      }
    }
  }

  private static TreeEntry withoutHostAttributes(TreeEntry entry) {
    if (entry.extendedAttributes().keySet().stream().noneMatch(HostAttributes::contains)) {
      return entry;
    }
    SortedMap<String, String> rest = new TreeMap<>(entry.extendedAttributes());
    rest.keySet().removeIf(HostAttributes::contains);
    return entry.withExtendedAttributes(rest);
  }

  private static DamagedStoreException differing(Meeting meeting, String what) {
    return new DamagedStoreException(new TreeDifference(meeting.path(), what).toString());
  }

  /** An inode says under which names it is; that each was met shows that none was passed by. */
  private void requireAllNamesSeen() throws DamagedStoreException {
    for (FoundInode inode : found.values()) {
      int names = inode.names().size();
      boolean counted = inode.kind() == FileKind.DIRECTORY || inode.linkCount() == names;
      if (!counted || namesSeen.getOrDefault(inode.number(), 0) != names) {
        throw new DamagedStoreException(
            "inode %d has %d names, of which %d are where they should be"
                .formatted(inode.number(), names, namesSeen.getOrDefault(inode.number(), 0)));
      }
    }
  }
}

package io.github.containersnap.proof;

import io.github.containersnap.linux.BtrfsHandle;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A subvolume as its btrfs tree describes it, read in a few system calls without opening a file:
 * everything but the content of files, and of those the {@link ExtentFingerprint}.
 *
 * <p>It is what the kernel itself builds inodes from (linux/btrfs_tree.h); it does not see what was
 * not committed. What has no place here (nested subvolumes, fs-verity, contradictions) is an
 * exception.
 */
final class SubvolumeTree {
  /** The inode of a subvolume's root directory, and the first there is (BTRFS_FIRST_FREE_…). */
  static final long ROOT = 256;

  private static final long LAST = -256; // BTRFS_LAST_FREE_OBJECTID

  private final Map<String, SubvolumeInode> files = new HashMap<>();
  private final Map<Long, Integer> names = new HashMap<>();

  private SubvolumeTree() {}

  /** Reads the subvolume whose root {@code root} is. */
  static SubvolumeTree read(BtrfsHandle root) throws IOException {
    InodeItems items = new InodeItems(new ExtentFingerprint(root::extentGeneration));
    root.readItems(ROOT, LAST, items);
    SubvolumeTree tree = new SubvolumeTree();
    tree.name(items.inodes(), items.children());
    return tree;
  }

  private void name(Map<Long, SubvolumeInode> inodes, Map<Long, List<InodeItems.Child>> children)
      throws DamagedStoreException {
    Deque<InodeItems.Child> pending = new ArrayDeque<>();
    Set<Long> directories = new HashSet<>();
    pending.push(new InodeItems.Child("", ROOT));
    while (!pending.isEmpty()) {
      InodeItems.Child named = pending.pop();
      SubvolumeInode inode = inodes.get(named.inode());
      if (inode == null || files.put(named.name(), inode) != null) {
        throw new DamagedStoreException(
            "its entry /%s has no inode, or is there twice".formatted(named.name()));
      }
      names.merge(named.inode(), 1, Integer::sum);
      if (inode.kind() == FileKind.DIRECTORY) {
        if (!directories.add(named.inode())) {
          throw new DamagedStoreException(
              "its directory /%s has two names".formatted(named.name()));
        }
        String prefix = named.name().isEmpty() ? "" : named.name() + "/";
        for (InodeItems.Child child : children.getOrDefault(named.inode(), List.of())) {
          pending.push(new InodeItems.Child(prefix + child.name(), child.inode()));
        }
      }
    }
  }

  /** The fingerprint of the regular file at a real path, if there is one and it has one. */
  Optional<String> fingerprint(String path) {
    return Optional.ofNullable(files.get(path)).flatMap(SubvolumeInode::fingerprint);
  }

  /** Gives the content of files. */
  @FunctionalInterface
  interface Contents {
    /**
     * SHA-256, in hexadecimal digits, of what a file holds.
     *
     * @param path the file's path, or one of them
     * @param size its length in bytes
     */
    String digest(String path, long size, Optional<String> fingerprint) throws IOException;
  }

  /** The subvolume's tree; {@code contents} is asked once for each regular file. */
  TreeManifest manifest(Contents contents) throws IOException {
    Map<Long, String> digests = new HashMap<>();
    SortedMap<String, TreeEntry> entries = new TreeMap<>();
    for (Map.Entry<String, SubvolumeInode> file : files.entrySet()) {
      SubvolumeInode inode = file.getValue();
      String digest = "";
      if (inode.kind() == FileKind.FILE) {
        String known = digests.get(inode.number());
        digest =
            known != null
                ? known
                : contents.digest(file.getKey(), inode.size(), inode.fingerprint());
        digests.put(inode.number(), digest);
      }
      boolean linked =
          inode.kind() != FileKind.DIRECTORY && names.getOrDefault(inode.number(), 0) > 1;
      entries.put(file.getKey(), inode.entry(digest, linked ? Long.toString(inode.number()) : ""));
    }
    return TreeManifest.of(entries);
  }
}

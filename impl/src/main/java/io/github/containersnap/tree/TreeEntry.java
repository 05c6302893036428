package io.github.containersnap.tree;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One file of a tree with all that is compared of it.
 *
 * @param kind the type of file
 * @param mode the permission bits, 07777
 * @param uid the owner
 * @param gid the group
 * @param size the length of a regular file in bytes, 0 for every other kind
 * @param contentDigest SHA-256 of a regular file's content in lower-case hexadecimal digits, "" for
 *     every other kind
 * @param linkTarget what a symbolic link says, "" for every other kind
 * @param deviceNumber the number of a device as stat(2) has it (st_rdev), 0 for every other kind
 * @param extendedAttributes names with their values in lower-case hexadecimal digits
 * @param hardLinkGroup the smallest path of those names in the tree that are the same file, or ""
 *     for a file with one name
 */
public record TreeEntry(
    FileKind kind,
    int mode,
    int uid,
    int gid,
    long size,
    String contentDigest,
    String linkTarget,
    long deviceNumber,
    SortedMap<String, String> extendedAttributes,
    String hardLinkGroup) {

  /** The permission bits of a mode. */
  public static final int PERMISSION_BITS = 07777;

  public TreeEntry {
    if ((mode & ~PERMISSION_BITS) != 0) {
      throw new IllegalArgumentException("More than permission bits in mode %o".formatted(mode));
    }
    extendedAttributes =
        extendedAttributes.isEmpty()
            ? Collections.emptySortedMap() // nearly every file of nearly every tree
            : Collections.unmodifiableSortedMap(new TreeMap<>(extendedAttributes));
  }

  /** An empty one of root, with no attributes but its permissions. */
  public static TreeEntry ofRoot(FileKind kind, int mode) {
    return new TreeEntry(kind, mode, 0, 0, 0, "", "", 0, Collections.emptySortedMap(), "");
  }

  /** The same file with other extended attributes. */
  public TreeEntry withExtendedAttributes(SortedMap<String, String> attributes) {
    return new TreeEntry(
        kind,
        mode,
        uid,
        gid,
        size,
        contentDigest,
        linkTarget,
        deviceNumber,
        attributes,
        hardLinkGroup);
  }

  /** The same file in another hard-link group. */
  public TreeEntry inHardLinkGroup(String group) {
    return group.equals(hardLinkGroup)
        ? this
        : new TreeEntry(
            kind,
            mode,
            uid,
            gid,
            size,
            contentDigest,
            linkTarget,
            deviceNumber,
            extendedAttributes,
            group);
  }
}

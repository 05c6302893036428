package io.github.containersnap.proof;

import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * An inode as the items of a subvolume's tree have it, without what a regular file holds.
 *
 * @param number its number
 * @param kind the type of file
 * @param mode the permission bits, 07777
 * @param uid the owner
 * @param gid the group
 * @param size the length of a regular file in bytes, 0 for every other kind
 * @param deviceNumber the number of a device as stat(2) has it, 0 for every other kind
 * @param extendedAttributes names with their values in hexadecimal digits, without those that
 *     {@link io.github.containersnap.tree.HostAttributes} names
 * @param linkTarget what a symbolic link says, escaped; "" for every other kind
 * @param linkCount how many names it says that it has
 * @param changed the last transaction that wrote this inode
 * @param unchecked whether it may be written in place, without checksums (chattr +C, swap files)
 * @param names its names, each with the directory that it is in
 * @param children the inodes in a directory by their names, empty for every other kind
 */
record FoundInode(
    long number,
    FileKind kind,
    int mode,
    int uid,
    int gid,
    long size,
    long deviceNumber,
    SortedMap<String, String> extendedAttributes,
    String linkTarget,
    int linkCount,
    long changed,
    boolean unchecked,
    List<Name> names,
    Map<String, Long> children) {

  /**
   * A name of an inode.
   *
   * @param directory the number of the directory that it is in
   * @param name the name, escaped
   */
  record Name(long directory, String name) {}

  /** The number of the directory that this directory is in; that of the root is the root. */
  long directory() {
    return names.isEmpty() ? SubvolumeTree.ROOT : names.getFirst().directory();
  }

  /** This as an entry of a tree. */
  TreeEntry entry(String contentDigest) {
    return new TreeEntry(
        kind,
        mode,
        uid,
        gid,
        size,
        contentDigest,
        linkTarget,
        deviceNumber,
        extendedAttributes,
        "");
  }
}

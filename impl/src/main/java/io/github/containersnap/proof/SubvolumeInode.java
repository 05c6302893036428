package io.github.containersnap.proof;

import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import java.util.Optional;
import java.util.SortedMap;

/**
 * An inode of a subvolume, without what a regular file holds.
 *
 * @param number its number
 * @param kind the type of file
 * @param mode the permission bits, 07777
 * @param uid the owner
 * @param gid the group
 * @param size the length of a regular file in bytes, 0 for every other kind
 * @param deviceNumber the number of a device as stat(2) has it, 0 for every other kind
 * @param extendedAttributes names with their values in hexadecimal digits
 * @param linkTarget what a symbolic link says, escaped; "" for every other kind
 * @param fingerprint the {@link ExtentFingerprint} of a regular file that has one
 */
record SubvolumeInode(
    long number,
    FileKind kind,
    int mode,
    int uid,
    int gid,
    long size,
    long deviceNumber,
    SortedMap<String, String> extendedAttributes,
    String linkTarget,
    Optional<String> fingerprint) {

  /** This as an entry of a tree. */
  TreeEntry entry(String contentDigest, String hardLinkGroup) {
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
        hardLinkGroup);
  }
}

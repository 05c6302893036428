package io.github.containersnap.loopback.btrfs;

import io.github.containersnap.loopback.btrfs.format.Corruption;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a btrfs refers to at one moment.
 *
 * <p>Blind spots: the backup roots inside the superblock are not followed (only {@code
 * usebackuproot} reads them), nor is a superblock copy that is not newer than the primary one
 * (nobody reads what it leads to). A missing checksum is not noticed as such; the bytes are in the
 * fingerprint all the same.
 *
 * @param generation the generation of the primary superblock
 * @param fingerprint SHA-256 in hex. Two disks with equal fingerprints have byte-equal superblocks
 *     and byte-equal content of every reachable block at the same positions in the partition. It
 *     hashes real bytes and relies on no checksum of btrfs
 * @param reachable the blocks that the fingerprint covers
 * @param subvolumes by id, as the primary superblock sees them
 * @param corruptions what is not as its checksum says, in the order found; capped at 1,000, the
 *     last one then says how many more there are
 * @param hasLogTree whether a mount will replay a log tree
 * @param treeNodes how many tree nodes are reachable, each counted once however many copies it has
 * @param dataBytes how many bytes of data extents are reachable, each counted once
 * @param data what they hold, as the primary superblock sees them
 */
public record FilesystemView(
    long generation,
    String fingerprint,
    ReachableBlocks reachable,
    SortedMap<Long, SubvolumeView> subvolumes,
    List<Corruption> corruptions,
    boolean hasLogTree,
    long treeNodes,
    long dataBytes,
    WalkedData data) {

  public FilesystemView {
    subvolumes = Collections.unmodifiableSortedMap(new TreeMap<>(subvolumes));
    corruptions = List.copyOf(corruptions);
  }
}

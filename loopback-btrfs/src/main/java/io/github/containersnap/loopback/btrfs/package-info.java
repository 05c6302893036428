/**
 * Reads what a btrfs refers to, straight from its on-disk format, without mounting it.
 *
 * <p>btrfs copies on write: most writes go to blocks that nothing on the disk refers to yet. Two
 * crash states that differ only in such blocks look the same to the kernel, to GRUB and to {@code
 * btrfs check}. {@link io.github.containersnap.loopback.btrfs.BtrfsReader} decides which blocks
 * those are, proves the rest against their checksums, and gives equal disks equal fingerprints, so
 * that expensive checks run once a class instead of once a crash state.
 *
 * <ul>
 *   <li>{@code Superblock}, {@code Chunk}, {@code Key}, {@code TreeNode}: single structures, parsed
 *       and bounds-checked; all numbers are little-endian.
 *   <li>{@code ChunkMap}: from logical addresses to positions in the partition.
 *   <li>{@code NodeCache}, {@code DataCache}: what was read before and not written since.
 *   <li>{@code TreeWalk}: everything that one superblock leads to. {@code DataExtents} and {@code
 *       SubvolumeFingerprints}: the data, and what each subvolume is made of.
 * </ul>
 *
 * <p>Layouts and names follow the btrfs documentation, "On-disk Format", and the kernel's {@code
 * include/uapi/linux/btrfs_tree.h}. The package only reads, starts no command and depends on
 * nothing but the JDK. Anything in the harness may depend on its public types.
 */
@NullMarked
package io.github.containersnap.loopback.btrfs;

import org.jspecify.annotations.NullMarked;

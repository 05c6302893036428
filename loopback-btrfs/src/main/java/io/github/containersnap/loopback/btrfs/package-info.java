/**
 * Says what a btrfs refers to, straight from its on-disk format, without mounting it.
 *
 * <p>btrfs copies on write: most writes go to blocks that nothing on the disk refers to yet. Two
 * crash states that differ only in such blocks look the same to the kernel, to GRUB and to {@code
 * btrfs check}. {@link io.github.containersnap.loopback.btrfs.BtrfsReader} decides which blocks
 * those are, proves the rest against their checksums, and gives equal disks equal fingerprints, so
 * that expensive checks run once a class instead of once a crash state.
 *
 * <p>{@code TreeWalk} follows everything that one superblock leads to; {@code DataExtents} and
 * {@code SubvolumeFingerprints} are the data, and what each subvolume is made of. The package only
 * reads and starts no command.
 */
@NullMarked
package io.github.containersnap.loopback.btrfs;

import org.jspecify.annotations.NullMarked;

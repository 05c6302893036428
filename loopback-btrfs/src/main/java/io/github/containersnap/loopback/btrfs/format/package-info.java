/**
 * Single structures of btrfs on a disk, parsed and bounds-checked; all numbers are little-endian.
 *
 * <p>Layouts and names follow the btrfs documentation, "On-disk Format", and the kernel's {@code
 * include/uapi/linux/btrfs_tree.h}. {@code ChunkMap} leads from logical addresses to positions in
 * the partition; {@code NodeCache} has what was read before and not written since.
 */
@NullMarked
package io.github.containersnap.loopback.btrfs.format;

import org.jspecify.annotations.NullMarked;

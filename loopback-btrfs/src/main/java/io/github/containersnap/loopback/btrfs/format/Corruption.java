package io.github.containersnap.loopback.btrfs.format;

/**
 * Something reachable that is not what its checksum or its parent says.
 *
 * @param logical the btrfs logical address in bytes, or -1 for a superblock, which has none
 * @param imageOffset where it lies in the image, in bytes, or -1 if no chunk maps it
 * @param what what was wanted and what was found, and whether another copy is good
 */
public record Corruption(long logical, long imageOffset, String what) {}

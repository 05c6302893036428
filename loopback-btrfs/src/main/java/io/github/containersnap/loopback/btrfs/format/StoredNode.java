package io.github.containersnap.loopback.btrfs.format;

import org.jspecify.annotations.Nullable;

/**
 * One copy of a tree node as it lies on the device.
 *
 * @param position where it lies, in bytes from the partition's start
 * @param sha256 over all of its bytes
 * @param node what it says, or null if it is broken
 * @param fault how it is broken, or null if it is not
 */
public record StoredNode(
    long position, Sha256Value sha256, @Nullable TreeNode node, @Nullable String fault) {}

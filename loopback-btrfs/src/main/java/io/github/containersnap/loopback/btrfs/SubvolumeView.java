package io.github.containersnap.loopback.btrfs;

/**
 * One subvolume that a path can lead to (subvolumes that are being deleted are left out).
 *
 * @param id the id of its tree: 5, or 256 and above
 * @param generation the transaction that last changed its tree
 * @param contentFingerprint SHA-256 in hex over its root node, every node below it and the bytes of
 *     every data extent they refer to. Equal fingerprints mean equal bytes at equal logical
 *     addresses. A snapshot differs from its source by its root node at least, so this compares one
 *     subvolume over time, not two subvolumes with each other
 */
public record SubvolumeView(long id, long generation, String contentFingerprint) {}

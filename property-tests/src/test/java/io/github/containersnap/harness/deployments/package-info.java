/**
 * What administrators and tukit do with deployments, on a real btrfs with real podman: snapshots,
 * read-only state, switching, deletion, pins, pruning, and all that on a full disk.
 *
 * <p>Tests only; nothing depends on this package. It needs root, loop devices, podman, skopeo and
 * grub-fstest, and fails where they are missing.
 */
@NullMarked
package io.github.containersnap.harness.deployments;

import org.jspecify.annotations.NullMarked;

/**
 * {@code container-snap install} with real loop devices, btrfs and podman: what the disk holds,
 * what is refused, what a failure, a Ctrl-C and a kill leave.
 *
 * <p>Tests only; nothing depends on this package. It needs root, loop devices, podman, skopeo,
 * mtools, gdisk and grub-fstest, and fails where they are missing.
 */
@NullMarked
package io.github.containersnap.harness.install;

import org.jspecify.annotations.NullMarked;

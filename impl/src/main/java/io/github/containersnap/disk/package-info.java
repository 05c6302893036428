/**
 * The disk of DESIGN §4, empty: a GPT, an EFI system partition with GRUB, one btrfs.
 *
 * <p>{@link io.github.containersnap.disk.EmptySystem} makes it, on a file or on a device alike,
 * where a {@link io.github.containersnap.disk.DiskPlan} says. {@link
 * io.github.containersnap.disk.DiskPart} and {@link io.github.containersnap.disk.SystemMount} are
 * the kernel's side: parts of a disk as devices, and the mounted top level of its btrfs. It needs
 * root, and programs that {@link io.github.containersnap.disk.Requirements} knows. It depends on
 * {@code command} alone and knows nothing of images and updates; {@code installation} and the
 * harness, whose disks are thereby those of a real host, may use it.
 */
@NullMarked
package io.github.containersnap.disk;

import org.jspecify.annotations.NullMarked;

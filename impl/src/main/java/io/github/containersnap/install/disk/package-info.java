/**
 * The disk of DESIGN §4, empty: a GPT, an EFI system partition with GRUB, one btrfs.
 *
 * <p>{@link io.github.containersnap.install.disk.EmptySystem} makes it, on a file or on a device
 * alike, where a {@link io.github.containersnap.install.disk.PartitionPlan} says. {@link
 * io.github.containersnap.install.disk.PartitionDevice} and {@link
 * io.github.containersnap.install.disk.SystemMount} are the kernel's side: parts of a disk as
 * devices, and the mounted top level of its btrfs. It needs root, and programs that {@link
 * io.github.containersnap.install.disk.RequiredPrograms} knows. It depends on {@code command} alone
 * and knows nothing of images and updates; {@code install} and the harness, whose disks are thereby
 * those of a real host, may use it.
 */
@NullMarked
package io.github.containersnap.install.disk;

import org.jspecify.annotations.NullMarked;

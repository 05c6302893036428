/**
 * Disks of a run and whatever must be taken away after it.
 *
 * <p>{@link io.github.containersnap.loopback.disk.Workspace} owns all that a run makes, also when
 * the run is killed; {@link io.github.containersnap.loopback.disk.SystemDisk} is the disk of DESIGN
 * §4, {@link io.github.containersnap.loopback.disk.RecordedDisk} the same disk with its write log,
 * {@link io.github.containersnap.loopback.disk.ScratchSpace} a place for cheap copies. {@link
 * io.github.containersnap.loopback.disk.LoopDevice} and {@link
 * io.github.containersnap.loopback.disk.Mount} are the kernel's side of them. Everything in here
 * needs root and a kernel with btrfs, loop devices and FUSE; what is missing shows as an exception,
 * never as a skipped step. The modules below may use it.
 */
@NullMarked
package io.github.containersnap.loopback.disk;

import org.jspecify.annotations.NullMarked;

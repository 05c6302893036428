/**
 * A machine that exists only in memory, behind the engine's ports: its btrfs, its store of images,
 * its registry, its boot loader and its kernel. The engine under test is the shipped one.
 *
 * <p>{@code SimulatedDisk} says what btrfs leaves after a power cut, {@code SimulatedStore} what
 * podman's store does, {@code FirmwareModel} which system comes up; each names its sources. All
 * that is not determined (whether the kernel had written a file back, whether it had just committed
 * by itself) is drawn from a seed. Faults strike at calls of ports: before one, after one, between
 * two of its steps.
 *
 * <p>Knows the engine and the shipped boot loader adapter. Only the histories may know it.
 */
@NullMarked
package io.github.containersnap.harness.world.simulated;

import org.jspecify.annotations.NullMarked;

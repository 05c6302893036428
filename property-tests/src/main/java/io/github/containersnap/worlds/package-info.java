/**
 * The loopback world: the same histories on kernel btrfs, with podman and a registry. The disk is a
 * file, every write to it is recorded, and a power cut goes on from a crash state of that record.
 * And the virtual machine's world, in which such a disk is started for real at every boot.
 *
 * <p>Knows histories, what is common with the simulated machine (strikes, firmware, images, the
 * view of a disk), disks and logs, virtual machines, the registry and its faulty line; the gate may
 * know it. It does not judge and does not know mutants.
 */
@NullMarked
package io.github.containersnap.worlds;

import org.jspecify.annotations.NullMarked;

/**
 * The loopback world: histories on kernel btrfs, with podman and a registry. The disk is a file,
 * every write to it is recorded, and a power cut goes on from a crash state of that record.
 *
 * <p>It does not judge and does not know mutants.
 */
@NullMarked
package io.github.containersnap.harness.world.loopback;

import org.jspecify.annotations.NullMarked;

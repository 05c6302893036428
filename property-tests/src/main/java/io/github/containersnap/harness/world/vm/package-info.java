/**
 * The world of virtual machines, in which the disk of the loopback world is started for real at
 * every boot.
 */
@NullMarked
package io.github.containersnap.harness.world.vm;

import org.jspecify.annotations.NullMarked;

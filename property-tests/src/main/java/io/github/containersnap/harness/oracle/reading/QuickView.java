package io.github.containersnap.harness.oracle.reading;

import java.util.Optional;

/**
 * What boot loader and kernel see in a state at a first look, which is cheap enough for every
 * state. What they see is the boot menu, or where there is none, the root that boots next.
 *
 * @param loader what the boot loader sees
 * @param kernel what the kernel sees once it has replayed the log tree
 * @param obstacle why the kernel cannot mount the filesystem, if it cannot
 */
public record QuickView(
    Optional<String> loader, Optional<String> kernel, Optional<String> obstacle) {}

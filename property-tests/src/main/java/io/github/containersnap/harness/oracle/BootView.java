package io.github.containersnap.harness.oracle;

import io.github.containersnap.harness.property.Side;
import java.util.Optional;
import java.util.SortedSet;

/**
 * All of a crash state that a boot can depend on: states in which it is equal are one class, and
 * one of each class is booted.
 *
 * @param side which system the machine should boot
 * @param loader what the boot loader sees: the menu
 * @param kernel the same as the kernel sees it
 * @param subvolumes all subvolumes, as the kernel sees them before recovery
 */
public record BootView(
    Optional<Side> side,
    Optional<String> loader,
    Optional<String> kernel,
    SortedSet<String> subvolumes) {}

package io.github.containersnap.oracle;

import io.github.containersnap.properties.Side;
import java.util.Optional;
import java.util.SortedSet;

/**
 * All of a crash state that a boot can depend on: states in which it is equal are one class, and
 * one of each class is booted.
 *
 * @param side which system the machine should boot
 * @param loaderMenu the menu as the boot loader sees it
 * @param kernelMenu the menu as the kernel sees it
 * @param subvolumes all subvolumes, as the kernel sees them before recovery
 */
public record BootView(
    Optional<Side> side,
    Optional<String> loaderMenu,
    Optional<String> kernelMenu,
    SortedSet<String> subvolumes) {}

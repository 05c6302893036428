package io.github.containersnap.harness.sweep;

/**
 * The class of a crash state as reading the disk alone tells it.
 *
 * @param name tells classes of one recording apart, the same on every machine
 * @param subvolumes names the set of subvolumes that a path leads to. States of one {@link
 *     io.github.containersnap.harness.oracle.BootView} mostly have the same set; a set may have
 *     several boot views
 */
public record RecognisedClass(String name, String subvolumes) {}

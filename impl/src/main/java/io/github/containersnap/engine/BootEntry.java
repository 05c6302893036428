package io.github.containersnap.engine;

/**
 * One entry of the boot menu.
 *
 * @param deployment what it boots; kernel, initrd and root all come from there
 * @param files the kernel and initrd
 * @param title what a person reads in the menu
 */
public record BootEntry(DeploymentId deployment, BootFiles files, String title) {}

/**
 * The adapters: the engine's ports over btrfs-progs, podman, GRUB and the files of a real Linux.
 *
 * <p>Thin by rule: an adapter translates, it decides nothing about updates. {@link
 * io.github.containersnap.adapter.RealPorts} puts them together. Each craft has its own package:
 * {@code adapter.linux} for files and btrfs, {@code adapter.podman} for the store of images, {@code
 * adapter.bootloader} for what boots.
 */
@NullMarked
package io.github.containersnap.adapter;

import org.jspecify.annotations.NullMarked;

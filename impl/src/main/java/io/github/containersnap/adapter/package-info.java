/**
 * The adapters: the engine's ports over btrfs-progs, podman, GRUB and the files of a real Linux.
 *
 * <p>Thin by rule: an adapter translates, it decides nothing about updates. Only these classes
 * start programs and write files; {@link io.github.containersnap.adapter.RealPorts} puts them
 * together.
 */
@NullMarked
package io.github.containersnap.adapter;

import org.jspecify.annotations.NullMarked;

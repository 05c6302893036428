/**
 * What a root filesystem holds, as a value: one {@link TreeEntry} a path, in a {@link TreeManifest}
 * that can be compared, digested and resolved without touching a disk.
 *
 * <p>{@link TreeScan} makes a manifest of a real directory; package {@code oci} makes the same of
 * an image's layers. Modification times are no part of it. Paths are relative, separated by '/',
 * the root directory is the empty string, and bytes that are not UTF-8 are escaped as {@link
 * io.github.containersnap.linux.EscapedBytes} says, so no two names become one.
 *
 * <p>Depends on {@code linux} alone; everything may depend on it.
 */
@NullMarked
package io.github.containersnap.tree;

import org.jspecify.annotations.NullMarked;

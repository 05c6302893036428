/**
 * OCI images read from disk: an image layout ({@link OciLayout}), its layers as tar archives
 * ({@link TarReader}) and the root filesystem they make, purely in memory ({@link LayerTree}).
 *
 * <p>Everything read here comes from outside and is hostile until checked: digests, sizes, names,
 * links. Nothing is ever written to a disk.
 *
 * <p>Depends on {@code tree} and {@code linux}; {@code proof} and the checks of images may depend
 * on it.
 */
@NullMarked
package io.github.containersnap.oci;

import org.jspecify.annotations.NullMarked;

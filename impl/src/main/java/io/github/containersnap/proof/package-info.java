/**
 * Proves that what podman's store holds for an image is what the image's digest says, believing
 * nothing that the store claims.
 *
 * <p>{@link LayerProof} is the way in. It reads the files of containers-storage directly and never
 * writes; podman must not be changing the store meanwhile (the update holds its own lock).
 *
 * <p>Depends on {@code oci}, {@code tree} and {@code linux}; the adapter of the image store depends
 * on it.
 */
@NullMarked
package io.github.containersnap.proof;

import org.jspecify.annotations.NullMarked;

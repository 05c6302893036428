/**
 * OCI images read from disk: an image layout ({@link io.github.containersnap.oci.OciLayout}), its
 * blobs and configurations.
 *
 * <p>Everything read here comes from outside and is hostile until checked: digests, sizes, names,
 * links. Nothing is ever written to a disk.
 */
@NullMarked
package io.github.containersnap.oci;

import org.jspecify.annotations.NullMarked;

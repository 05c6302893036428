/**
 * Operating-system images: the pairs that the harness makes itself, and what a user hands it.
 *
 * <p>{@link io.github.containersnap.vm.images.DebianPair} and {@link
 * io.github.containersnap.vm.images.SmallPair} make an old and a new image from this machine's own
 * Debian archive, by the recipes in {@code vm-tests/images/}, and keep them in a {@link
 * io.github.containersnap.vm.images.Cache}. {@link io.github.containersnap.vm.images.ImageInput}
 * turns what somebody typed into a verified OCI layout. Both end in an {@link
 * io.github.containersnap.vm.images.OciImage}; what is inside its layers is judged elsewhere.
 *
 * <p>Tests, properties and the gate may depend on this package; it depends on external commands
 * only, not on disks, logs or the engine.
 */
@NullMarked
package io.github.containersnap.vm.images;

import org.jspecify.annotations.NullMarked;

/**
 * Images as users name them: in archives, layouts, registries, this machine's storage.
 *
 * <p>{@link io.github.containersnap.image.ImageSource} parses a name; {@link
 * io.github.containersnap.image.ReadableImage} looks at what podman and skopeo would be shown, and
 * refuses what could harm them; {@link io.github.containersnap.image.ImageIntake} makes an OCI
 * layout of it. The command line and the gate have no other way in.
 */
@NullMarked
package io.github.containersnap.image;

import org.jspecify.annotations.NullMarked;

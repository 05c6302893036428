/**
 * Making a new system: a disk that boots an image.
 *
 * <p>{@link io.github.containersnap.install.Installation} lists the steps; {@code install.disk}
 * makes the disk, the ordinary update of {@code engine} what is on it. The rest of this package
 * keeps it from the wrong disk: it refuses one in use, asks before anything is lost, and keeps
 * others from the disk while it lasts.
 */
@NullMarked
package io.github.containersnap.install;

import org.jspecify.annotations.NullMarked;

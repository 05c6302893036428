/**
 * Making a new system: a disk that boots an image.
 *
 * <p>{@link io.github.containersnap.installation.Installation} lists the steps; the disk itself is
 * made by {@code disk}, what is on it by the ordinary update of {@code engine}. The rest of this
 * package keeps it from the wrong disk: {@link io.github.containersnap.installation.Target} looks
 * at the disk and refuses one in use, {@link io.github.containersnap.installation.Consent} asks
 * before anything is lost, and while it lasts nobody else can use the disk. The command line may
 * depend on it.
 */
@NullMarked
package io.github.containersnap.installation;

import org.jspecify.annotations.NullMarked;

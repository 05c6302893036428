/**
 * What is different between two systems, read from their files alone: packages, kernel, files, and
 * /etc as the images have it. Nothing of either system is executed, and nothing is written.
 *
 * <p>What the systems hold is hostile: names, versions and sizes are checked where they are read
 * ({@link io.github.containersnap.engine.diff.DpkgStatus}, {@link
 * io.github.containersnap.engine.diff.RpmDatabase}); what cannot be read is a warning.
 */
@NullMarked
package io.github.containersnap.engine.diff;

import org.jspecify.annotations.NullMarked;

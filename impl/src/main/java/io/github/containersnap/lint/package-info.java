/**
 * What an image's builder should know before it is published: {@link
 * io.github.containersnap.lint.Lint} lets each check look at an image.
 *
 * <p>Pure functions of the image's tree and of what a few small files in it say. What makes an
 * image bootable is asked of the engine, which refuses what cannot boot.
 */
@NullMarked
package io.github.containersnap.lint;

import org.jspecify.annotations.NullMarked;

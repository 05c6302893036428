/**
 * What an image's builder should know before it is published: {@link
 * io.github.containersnap.lint.Lint} looks at an image and gives a {@link
 * io.github.containersnap.lint.LintReport}.
 *
 * <p>A pure function of the image's tree and of what a few small files in it say. Each {@link
 * io.github.containersnap.lint.Check} is one idea; what makes an image bootable is asked of the
 * engine, which refuses what cannot boot.
 *
 * <p>Depends on {@code engine} and {@code tree}; the command line depends on it.
 */
@NullMarked
package io.github.containersnap.lint;

import org.jspecify.annotations.NullMarked;

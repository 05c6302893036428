/**
 * Programs of the build, run by {@code src/main/packaging/make-bundle}: the written reference of
 * the command line (manual pages, completions) from picocli's model, the training run of the class
 * cache, and the raising of old class files.
 *
 * <p>They lie in the program's own jar because a class cache is only valid for the very class path
 * it was made with. Nobody depends on this package; it depends on {@code cli} and picocli.
 */
@NullMarked
package io.github.containersnap.bundle;

import org.jspecify.annotations.NullMarked;

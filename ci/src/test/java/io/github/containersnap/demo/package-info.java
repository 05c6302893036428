/** Tests of how the story is told and kept; the story itself is told by {@code ci/gate demo}. */
@NullMarked
package io.github.containersnap.demo;

import org.jspecify.annotations.NullMarked;

/** The two images of a run: given, or made here. */
@NullMarked
package io.github.containersnap.gate.images;

import org.jspecify.annotations.NullMarked;

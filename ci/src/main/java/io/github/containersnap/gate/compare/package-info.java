/** The comparison of updaters: the same pair of images, the same power cuts, one table. */
@NullMarked
package io.github.containersnap.gate.compare;

import org.jspecify.annotations.NullMarked;

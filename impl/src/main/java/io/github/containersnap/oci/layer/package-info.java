/**
 * The layers of an image, applied one over the other in memory. What they hold is hostile until
 * checked.
 */
@NullMarked
package io.github.containersnap.oci.layer;

import org.jspecify.annotations.NullMarked;

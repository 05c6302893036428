/** Reads tar archives, entry by entry, and refuses what is malformed. */
@NullMarked
package io.github.containersnap.oci.tar;

import org.jspecify.annotations.NullMarked;

/** The gate's command line. It puts the other modules together and judges nothing itself. */
@NullMarked
package io.github.containersnap.gate;

import org.jspecify.annotations.NullMarked;

/** Updates that were recorded once, to be checked elsewhere: a directory with all that it takes. */
@NullMarked
package io.github.containersnap.gate.recording;

import org.jspecify.annotations.NullMarked;

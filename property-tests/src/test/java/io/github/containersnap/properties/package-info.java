/** Tests of the simulated machine: that it does what the design's facts say of a real one. */
@NullMarked
package io.github.containersnap.properties;

import org.jspecify.annotations.NullMarked;

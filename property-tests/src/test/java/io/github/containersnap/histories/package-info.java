/** Histories of simulated machines, and tests of what draws, plays and judges them. */
@NullMarked
package io.github.containersnap.histories;

import org.jspecify.annotations.NullMarked;

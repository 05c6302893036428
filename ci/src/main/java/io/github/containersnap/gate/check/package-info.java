/**
 * The check: records a transition, sweeps its crash states, boots some, publishes what was found.
 */
@NullMarked
package io.github.containersnap.gate.check;

import org.jspecify.annotations.NullMarked;

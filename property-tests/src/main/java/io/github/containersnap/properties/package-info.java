/**
 * What must always hold (DESIGN §7), and what a check can say of it. Plain data: nothing here looks
 * at a disk, and of the engine's module only the values of {@code tree} are used. Everything else
 * in this module and the gate may use it.
 */
@NullMarked
package io.github.containersnap.properties;

import org.jspecify.annotations.NullMarked;

/**
 * Histories: what happens to a machine, as data, and the reference that says what must then be so.
 *
 * <p>{@code Generator} draws histories, {@code Shrinker} makes a failing one short.
 */
@NullMarked
package io.github.containersnap.harness.history;

import org.jspecify.annotations.NullMarked;

/**
 * What must always hold (DESIGN §7): a class for each property, and what a check can say of it.
 *
 * <p>Plain data and pure functions: nothing here looks at a disk, and of the engine's module only
 * the values of {@code tree} are used.
 */
@NullMarked
package io.github.containersnap.harness.property;

import org.jspecify.annotations.NullMarked;

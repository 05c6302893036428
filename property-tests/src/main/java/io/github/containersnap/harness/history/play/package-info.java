/**
 * Plays a history in a world and compares after every step.
 *
 * <p>{@code Player} reports the first violation, with a story for people. It does not know mutants:
 * a mutant is passed as a function.
 */
@NullMarked
package io.github.containersnap.harness.history.play;

import org.jspecify.annotations.NullMarked;

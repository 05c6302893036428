/**
 * Histories: what happens to a machine, as data; what must then be so, as a few pure functions; and
 * a player that lets a history happen on a simulated machine and compares after every step.
 *
 * <p>{@code History} is a list of steps with the faults that strike them. {@code Reference} says
 * what must be current, default, fallback and kept, and what /etc must hold. {@code Player} reports
 * the first {@link io.github.containersnap.properties.Violation}, with a story for people. {@code
 * Generator} draws histories, {@code Shrinking} makes a failing one short.
 *
 * <p>Knows the engine, the simulated machine and the properties; the gate may know it. It does not
 * know mutants: a caller passes one as a function.
 */
@NullMarked
package io.github.containersnap.histories;

import org.jspecify.annotations.NullMarked;

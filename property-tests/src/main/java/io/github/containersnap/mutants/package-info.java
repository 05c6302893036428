/**
 * Updates with one known fault each, which the harness must catch (DESIGN §11). A mutant is the
 * shipped engine over ports of which one misbehaves; it is switched on only by the harness.
 */
@NullMarked
package io.github.containersnap.mutants;

import org.jspecify.annotations.NullMarked;

/**
 * Updates with one known fault each, which the harness must catch (DESIGN §11). They are switched
 * on only by the harness.
 */
@NullMarked
package io.github.containersnap.harness.mutant;

import org.jspecify.annotations.NullMarked;

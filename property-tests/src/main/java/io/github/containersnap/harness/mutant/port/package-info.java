/** Mutants that are the shipped engine over ports of which one misbehaves. */
@NullMarked
package io.github.containersnap.harness.mutant.port;

import org.jspecify.annotations.NullMarked;

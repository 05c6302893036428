/** The hunt for mutants: does the gate catch each of them? */
@NullMarked
package io.github.containersnap.gate.mutants;

import org.jspecify.annotations.NullMarked;

/** From a case file back to its disk: reproduce, explain, find the fewest lost writes. */
@NullMarked
package io.github.containersnap.gate.cases;

import org.jspecify.annotations.NullMarked;

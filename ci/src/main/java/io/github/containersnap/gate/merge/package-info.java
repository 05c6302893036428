/** From the results of all shards of a check to the result of the check. */
@NullMarked
package io.github.containersnap.gate.merge;

import org.jspecify.annotations.NullMarked;

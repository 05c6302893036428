/** Parts of a check that run anywhere: which states are in which, and which one this process is. */
@NullMarked
package io.github.containersnap.gate.shard;

import org.jspecify.annotations.NullMarked;

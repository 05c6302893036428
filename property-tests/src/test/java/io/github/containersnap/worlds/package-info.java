/** Tests of the loopback world: histories on kernel btrfs, and its comparison with the model. */
@NullMarked
package io.github.containersnap.worlds;

import org.jspecify.annotations.NullMarked;

/** Runs the health checks that lie in drop-in folders, before a boot is blessed. */
@NullMarked
package io.github.containersnap.health;

import org.jspecify.annotations.NullMarked;

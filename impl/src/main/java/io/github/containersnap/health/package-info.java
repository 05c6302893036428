/**
 * Runs what administrators put into drop-in folders: health checks before a boot is blessed, hooks
 * before and after an update.
 */
@NullMarked
package io.github.containersnap.health;

import org.jspecify.annotations.NullMarked;

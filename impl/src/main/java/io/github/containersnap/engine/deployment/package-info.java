/**
 * The deployments on a disk: their records, the journal, pins, what is protected, what to keep.
 * Nothing here takes the lock.
 */
@NullMarked
package io.github.containersnap.engine.deployment;

import org.jspecify.annotations.NullMarked;

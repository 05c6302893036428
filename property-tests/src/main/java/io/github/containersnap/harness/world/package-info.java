/**
 * The words that all worlds of histories share: images, strikes, the firmware, the view of a disk;
 * and the port {@code World}.
 */
@NullMarked
package io.github.containersnap.harness.world;

import org.jspecify.annotations.NullMarked;

/**
 * Updates to which everything happens that may: broken lines, disks that are too small or fill up or
 * fail, and kills. Each time the machine must have the old system or the new one, whole, nothing
 * else, and the next update must succeed.
 *
 * <p>The tests with the tag {@code exhaustive} do so everywhere; the others at some places of the
 * same.
 */
@NullMarked
package io.github.containersnap.faults;

import org.jspecify.annotations.NullMarked;

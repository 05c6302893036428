/**
 * Faults in the engine's own methods, which no port can express. Byte Buddy inlines them into the
 * loaded classes of this process; the class files of the engine stay as they are shipped.
 */
@NullMarked
package io.github.containersnap.harness.mutant.planted;

import org.jspecify.annotations.NullMarked;

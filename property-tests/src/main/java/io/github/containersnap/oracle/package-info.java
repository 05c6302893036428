/**
 * The oracle: looks at crash states as the boot loader and the kernel do and judges them (DESIGN
 * §8). It reads the boot menu with eyes of its own; of the engine it runs only the command line.
 */
@NullMarked
package io.github.containersnap.oracle;

import org.jspecify.annotations.NullMarked;

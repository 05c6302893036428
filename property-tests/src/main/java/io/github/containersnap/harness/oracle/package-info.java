/**
 * The oracle: looks at a crash state as the boot loader and the kernel do and judges it (DESIGN
 * §8). It reads the boot menu with eyes of its own; of the engine it runs only the command line.
 */
@NullMarked
package io.github.containersnap.harness.oracle;

import org.jspecify.annotations.NullMarked;

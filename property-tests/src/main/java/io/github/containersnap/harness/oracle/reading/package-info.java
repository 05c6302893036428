/**
 * Reads a crash state, with eyes of its own: the boot loader's and the kernel's menu, a mounted
 * system, the filesystem's own check. It decides nothing.
 */
@NullMarked
package io.github.containersnap.harness.oracle.reading;

import org.jspecify.annotations.NullMarked;

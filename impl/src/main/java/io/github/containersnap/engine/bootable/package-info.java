/**
 * Whether a tree can boot, with which kernel, initrd and arguments, and what it lacks if it cannot.
 */
@NullMarked
package io.github.containersnap.engine.bootable;

import org.jspecify.annotations.NullMarked;

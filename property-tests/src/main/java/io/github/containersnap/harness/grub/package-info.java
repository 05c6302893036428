/**
 * GRUB, as far as the shipped menu needs it: an interpreter of a part of its script language (GRUB
 * manual, "Writing full configuration files directly"), its environment block, and its choice
 * between default and fallback. Syntax or a command outside that part is an error, never skipped.
 */
@NullMarked
package io.github.containersnap.harness.grub;

import org.jspecify.annotations.NullMarked;

/** Machines that boot: trials, fallbacks and power cuts in virtual machines. Tests only. */
@NullMarked
package io.github.containersnap.harness.boots;

import org.jspecify.annotations.NullMarked;

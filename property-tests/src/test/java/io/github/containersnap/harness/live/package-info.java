/**
 * The command line on a running system: inside a mounted deployment, in a mount namespace of its
 * own, as a booted machine would show it. Nothing depends on this package.
 */
@NullMarked
package io.github.containersnap.harness.live;

import org.jspecify.annotations.NullMarked;

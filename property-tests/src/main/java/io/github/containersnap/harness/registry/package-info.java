/**
 * A registry on this machine, to pull from, and a line to it that breaks as it is told. Knows no
 * updater.
 */
@NullMarked
package io.github.containersnap.harness.registry;

import org.jspecify.annotations.NullMarked;

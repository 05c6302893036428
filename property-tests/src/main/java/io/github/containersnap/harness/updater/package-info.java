/**
 * The contract of an updater, and its implementations: container-snap's command line, with or
 * without a known fault, and any directory of programs.
 */
@NullMarked
package io.github.containersnap.harness.updater;

import org.jspecify.annotations.NullMarked;

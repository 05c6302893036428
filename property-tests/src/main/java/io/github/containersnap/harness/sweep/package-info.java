/**
 * All crash states of a recording, on all cores: which are looked at, by whom, and what was found.
 */
@NullMarked
package io.github.containersnap.harness.sweep;

import org.jspecify.annotations.NullMarked;

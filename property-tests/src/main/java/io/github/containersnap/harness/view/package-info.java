/**
 * What a judge sees of a system, whatever the world: its trees, its boot menu, what was hidden and
 * why. Each world has an adapter of {@code SystemView}.
 */
@NullMarked
package io.github.containersnap.harness.view;

import org.jspecify.annotations.NullMarked;

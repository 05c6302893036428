/**
 * Keeps images that were made, for later runs of this user, and gives no run what another left
 * half-made.
 */
@NullMarked
package io.github.containersnap.vm.images.cache;

import org.jspecify.annotations.NullMarked;

/**
 * Makes images from this machine's own Debian archive, by the recipes in {@code vm-tests/images/}.
 */
@NullMarked
package io.github.containersnap.vm.images.build;

import org.jspecify.annotations.NullMarked;

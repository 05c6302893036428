/**
 * Operating-system images: the pairs that the harness makes itself, and what a user hands it.
 *
 * <p>What is inside their layers is judged elsewhere.
 */
@NullMarked
package io.github.containersnap.vm.images;

import org.jspecify.annotations.NullMarked;

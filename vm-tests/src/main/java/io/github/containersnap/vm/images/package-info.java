/** Operating-system images: the pairs that the harness makes itself. */
@NullMarked
package io.github.containersnap.vm.images;

import org.jspecify.annotations.NullMarked;

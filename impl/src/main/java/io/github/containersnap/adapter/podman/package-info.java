/** The store of images: podman pulls into it, {@code proof} proves what it holds. */
@NullMarked
package io.github.containersnap.adapter.podman;

import org.jspecify.annotations.NullMarked;

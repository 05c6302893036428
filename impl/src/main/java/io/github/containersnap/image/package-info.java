/**
 * Images as users name them: archives, layouts, registries, and what podman and skopeo say of them.
 */
@NullMarked
package io.github.containersnap.image;

import org.jspecify.annotations.NullMarked;

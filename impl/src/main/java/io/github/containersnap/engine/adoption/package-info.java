/** Adoption: a system on an ordinary btrfs subvolume becomes a deployment, whole or not at all. */
@NullMarked
package io.github.containersnap.engine.adoption;

import org.jspecify.annotations.NullMarked;

/** Files, the lock and btrfs of a real Linux, behind the engine's ports. */
@NullMarked
package io.github.containersnap.adapter.linux;

import org.jspecify.annotations.NullMarked;

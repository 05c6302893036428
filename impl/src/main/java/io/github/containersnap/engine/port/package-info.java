/**
 * The ports: the narrow interfaces through which the engine reaches btrfs, the image store, the
 * boot loader, files and the lock. Only interfaces and the records they exchange live here;
 * implementations are adapters.
 */
@NullMarked
package io.github.containersnap.engine.port;

import org.jspecify.annotations.NullMarked;

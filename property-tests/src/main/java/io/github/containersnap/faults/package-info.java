/**
 * Faults put between a registry and whoever pulls from it.
 *
 * <p>{@link io.github.containersnap.faults.FaultProxy} passes requests on to a real registry,
 * counts what it sends, and spoils the answers it is told to, as a {@link
 * io.github.containersnap.faults.PullFault} says. It knows nothing of updaters or disks. Faults of
 * disks are in the disks' own package. The tests beside it, which break everything else too, and
 * the module above may use it.
 */
@NullMarked
package io.github.containersnap.faults;

import org.jspecify.annotations.NullMarked;

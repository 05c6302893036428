/**
 * Faults that are no power cuts, and what an updater makes of them.
 *
 * <p>{@link io.github.containersnap.faults.FaultRuns} lets them happen to copies of the machine on
 * a {@link io.github.containersnap.faults.FaultBench}: full disks, I/O errors, pulls that break,
 * kills. {@link io.github.containersnap.faults.FaultProxy} is the line to a registry that breaks:
 * it passes requests on, counts what it sends, and spoils the answers it is told to, as a {@link
 * io.github.containersnap.faults.PullFault} says; it knows nothing of updaters or disks.
 *
 * <p>May use the experiment, the registry and the modules below. It does not know mutants: the
 * updater that something happens to is a {@link io.github.containersnap.faults.Subject}. The tests
 * beside it, which break more, and the module above may use it.
 */
@NullMarked
package io.github.containersnap.faults;

import org.jspecify.annotations.NullMarked;

/**
 * Containers for the harness's own programs.
 *
 * <p>{@link io.github.containersnap.vm.container.ContainerEngine} is a podman of the run's own,
 * started in the run's mount namespace, whose socket Testcontainers talks to; all that it makes
 * lies in a {@link io.github.containersnap.loopback.disk.Workspace}. {@link
 * io.github.containersnap.vm.container.QemuContainer} is the one kind of container there is.
 *
 * <p>{@code vm.machine} may depend on this package; whoever runs virtual machines opens the engine.
 */
@NullMarked
package io.github.containersnap.vm.container;

import org.jspecify.annotations.NullMarked;

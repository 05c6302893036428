package io.github.containersnap.cli;

import io.github.containersnap.adapter.Podman;
import io.github.containersnap.adapter.RealPorts;
import io.github.containersnap.adapter.RegistryAccess;
import io.github.containersnap.adapter.RunningSystem;
import io.github.containersnap.engine.DeploymentId;
import io.github.containersnap.engine.DeploymentLayout;
import io.github.containersnap.engine.Machine;
import io.github.containersnap.engine.Progress;
import java.nio.file.Path;
import java.util.Optional;

/** Opens real machines: the running one, or one whose filesystem is mounted somewhere. */
public final class RealMachineAccess implements MachineAccess {
  private final Path runtimeDirectory;

  /** With the files of a run on the system's own /run. */
  public RealMachineAccess() {
    this(Path.of("/run/container-snap"));
  }

  /** With the files of a run in {@code runtimeDirectory}. */
  public RealMachineAccess(Path runtimeDirectory) {
    this.runtimeDirectory = runtimeDirectory;
  }

  @Override
  public Machine open(Optional<Path> root, RegistryAccess registries, Progress progress) {
    Podman podman = new Podman(runtimeDirectory, registries);
    if (root.isPresent()) {
      DeploymentLayout layout = new DeploymentLayout(root.get().toAbsolutePath().normalize());
      return new Machine(
          RealPorts.of(layout, podman),
          layout,
          RunningSystem.bootedFrom(layout.system()),
          progress);
    }
    return machine(RunningSystem.find(runtimeDirectory), podman, progress);
  }

  @Override
  public Machine look(Optional<Path> root) {
    return root.isPresent()
        ? open(root, RegistryAccess.USUAL, Progress.NONE)
        : machine(
            RunningSystem.look(runtimeDirectory),
            new Podman(runtimeDirectory, RegistryAccess.USUAL),
            Progress.NONE);
  }

  private static Machine machine(RunningSystem running, Podman podman, Progress progress) {
    DeploymentLayout layout = new DeploymentLayout(running.topLevel());
    return new Machine(RealPorts.of(layout, podman), layout, running.boot(), progress);
  }

  @Override
  public Path runtimeDirectory() {
    return runtimeDirectory;
  }

  @Override
  public Path deploymentRoot(Optional<Path> root, DeploymentId id) {
    return (root.isEmpty() ? RunningSystem.rootBelowVar(id) : Optional.<Path>empty())
        .orElseGet(() -> MachineAccess.super.deploymentRoot(root, id));
  }
}

package io.github.containersnap.adapter;

import io.github.containersnap.adapter.linux.FileLock;
import io.github.containersnap.adapter.linux.RootOnlyDirectory;
import io.github.containersnap.adapter.linux.RunningStep;
import io.github.containersnap.adapter.podman.Podman;
import io.github.containersnap.engine.adoption.HostAdoption;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.RefusedException;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.engine.port.SystemLock;
import io.github.containersnap.health.HealthChecks;
import io.github.containersnap.health.UpdateHooks;
import io.github.containersnap.image.RegistryAccess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Opens real machines: the running one, or one whose filesystem is mounted somewhere. */
public final class RealMachineAccess implements MachineAccess {
  private final Path runtimeDirectory;
  private final HealthChecks healthChecks;

  /** With the files of a run on the system's own /run. */
  public RealMachineAccess() {
    this(Path.of("/run/container-snap"), HealthChecks.OF_THIS_SYSTEM);
  }

  /**
   * With the files of a run in {@code runtimeDirectory}, for systems that this process does not run
   * in: the health checks of the one that it runs in say nothing about them, and are not run.
   */
  public RealMachineAccess(Path runtimeDirectory) {
    this(runtimeDirectory, HealthChecks.NONE);
  }

  private RealMachineAccess(Path runtimeDirectory, HealthChecks healthChecks) {
    this.runtimeDirectory = runtimeDirectory;
    this.healthChecks = healthChecks;
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
    RunningSystem running = RunningSystem.look(runtimeDirectory);
    Machine machine = machine(running, podman, new RunningStep(runtimeDirectory, progress));
    boolean wasAdopted =
        running.boot().isEmpty() && machine.hasAdopted(RunningHost.rootSubvolume());
    if (!wasAdopted) {
      running.requireDeployment();
    }
    return machine;
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

  @Override
  public HostAdoption adoption(Optional<Path> root, Optional<String> subvolume, Progress progress) {
    if (root.isPresent()) {
      return MachineAccess.super.adoption(root, subvolume, progress);
    }
    RunningSystem running = RunningSystem.look(runtimeDirectory);
    running
        .boot()
        .ifPresent(
            boot -> {
              throw RefusedException.runsDeployment(boot.deployment());
            });
    RunningHost host = RunningHost.of();
    return new HostAdoption(
        machine(running, new Podman(runtimeDirectory, RegistryAccess.USUAL), progress),
        host.root(),
        host.var());
  }

  @Override
  public Optional<String> provideBootCount(Optional<Path> root) {
    String otherwise =
        "boots of a trial are not counted, so an update that does not come up is not fallen back"
            + " from without you";
    if (root.isPresent()) {
      return Optional.empty(); // the partition of a system that does not run is not known
    }
    Optional<BootCountFile> file = BootCountFile.ofRunningSystem();
    if (file.isEmpty()) {
      return Optional.of("No EFI system partition is mounted at /boot/efi: " + otherwise + ".");
    }
    try {
      file.get().provide();
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(
          "%s could not be made (%s): %s."
              .formatted(
                  file.get().partition().resolve("EFI/BOOT/grubenv"), e.getMessage(), otherwise));
    }
  }

  @Override
  public SystemLock.Held adoptionLock() {
    RootOnlyDirectory.make(runtimeDirectory);
    return new FileLock(runtimeDirectory.resolve("adopt.lock")).acquire();
  }

  private static Machine machine(RunningSystem running, Podman podman, Progress progress) {
    DeploymentLayout layout = new DeploymentLayout(running.topLevel());
    return new Machine(RealPorts.of(layout, podman), layout, running.boot(), progress);
  }

  @Override
  public HealthChecks healthChecks() {
    return healthChecks;
  }

  @Override
  public UpdateHooks updateHooks() {
    return healthChecks.equals(HealthChecks.NONE) ? UpdateHooks.NONE : UpdateHooks.OF_THIS_SYSTEM;
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

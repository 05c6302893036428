package io.github.containersnap.adapter;

import io.github.containersnap.engine.adoption.HostAdoption;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.engine.port.SystemLock;
import io.github.containersnap.health.HealthChecks;
import io.github.containersnap.health.UpdateHooks;
import io.github.containersnap.image.RegistryAccess;
import java.nio.file.Path;
import java.util.Optional;

/** How the command line reaches the machine it works on. */
public interface MachineAccess {
  /**
   * Opens the machine.
   *
   * @param root where the top level of a system that is not running is mounted; empty for the
   *     running system
   * @param registries how images are asked for and which are believed
   * @param progress hears how far a transaction is
   */
  Machine open(Optional<Path> root, RegistryAccess registries, Progress progress);

  /**
   * Opens the machine for a command that only reads. It then also opens a running system whose root
   * is not a deployment.
   *
   * @param root where the top level of a system that is not running is mounted; empty for the
   *     running system
   */
  default Machine look(Optional<Path> root) {
    return open(root, RegistryAccess.USUAL, Progress.NONE);
  }

  /**
   * The adoption of a system that is not a deployment.
   *
   * @param subvolume the root subvolume of a system that is not running, as a path from the top
   *     level; empty for its default subvolume
   */
  default HostAdoption adoption(
      Optional<Path> root, Optional<String> subvolume, Progress progress) {
    Machine machine = open(root, RegistryAccess.USUAL, progress);
    String followed =
        subvolume.orElseGet(
            () -> machine.ports().btrfs().defaultSubvolume(machine.layout().system()));
    return new HostAdoption(machine, followed, Optional.empty());
  }

  /**
   * Lets the boot loader of an adopted system count the boots of a trial.
   *
   * @return why it cannot, a sentence; empty if it can
   */
  default Optional<String> provideBootCount(Optional<Path> root) {
    return Optional.empty();
  }

  /** Keeps two adoptions apart: before the first there is no other lock. */
  default SystemLock.Held adoptionLock() {
    return () -> {};
  }

  /** Where the files of a run go. */
  default Path runtimeDirectory() {
    return Path.of("/run/container-snap");
  }

  /**
   * The root of a deployment, by a path that this process can reach.
   *
   * @throws io.github.containersnap.engine.model.NotADeploymentException if there is no such
   *     deployment
   */
  default Path deploymentRoot(Optional<Path> root, DeploymentId id) {
    return look(root).deployments().root(id).root();
  }

  /** The health checks that {@code bless} runs: those of the running system, or none. */
  default HealthChecks healthChecks() {
    return HealthChecks.NONE;
  }

  /** The hooks that {@code update} runs: those of the running system, or none. */
  default UpdateHooks updateHooks() {
    return UpdateHooks.NONE;
  }

  /**
   * Begins a restart of the running system, which inhibitors may refuse, and returns.
   *
   * @param message what logged-in users are told, a sentence
   * @throws io.github.containersnap.engine.model.UpdateException if it is refused
   */
  default void restart(String message) {
    SystemRestart.begin(message);
  }

  /** Whether a restart was refused since the running system has started. */
  default boolean restartWasRefused() {
    return SystemRestart.wasRefused();
  }
}

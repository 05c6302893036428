package io.github.containersnap.harness.deployments;

import io.github.containersnap.adapter.RealMachineAccess;
import io.github.containersnap.adapter.RealPorts;
import io.github.containersnap.adapter.podman.Podman;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.BootedDeployment;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.engine.model.UpdateStep;
import io.github.containersnap.engine.port.Ports;
import io.github.containersnap.harness.experiment.MountedSystem;
import io.github.containersnap.harness.updater.CommandLineRun;
import io.github.containersnap.loopback.disk.LoopDevice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.assertj.core.api.Assertions;

/**
 * A mounted disk with two deployments: version 2 is the default, version 1 the fallback.
 *
 * @param top where the top level of its btrfs is mounted
 * @param device its btrfs
 * @param image the file that is the disk
 * @param laboratory where it belongs
 */
record Installed(Path top, LoopDevice device, Path image, Laboratory laboratory) {

  /** Runs the command line, in this process, on this system, which is not running. */
  CommandLineRun run(String... arguments) {
    return CommandLineRun.onRoot(
        top, new RealMachineAccess(laboratory.runtimeDirectory()), arguments);
  }

  /** Runs a command that has to succeed; its output without the last line's end. */
  String succeeds(String... arguments) {
    CommandLineRun result = run(arguments);
    Assertions.assertThat(result.exit())
        .as("%s: %s", String.join(" ", arguments), result.error())
        .isZero();
    return result.out().stripTrailing();
  }

  /** Version 1, the fallback. */
  DeploymentId first() {
    return DeploymentId.parse(laboratory.first().id());
  }

  /** Version 2, the default. */
  DeploymentId second() {
    return DeploymentId.parse(laboratory.second().id());
  }

  DeploymentLayout layout() {
    return new DeploymentLayout(top);
  }

  Path root(DeploymentId id) {
    return layout().deployment(id);
  }

  DeploymentId snapshotOf(DeploymentId base) {
    return DeploymentId.parse(succeeds("create-snapshot", base.toString()));
  }

  void close(DeploymentId id) {
    succeeds("set-readonly-state", "--readonly", id.toString());
  }

  /** The machine that runs {@code running}, with its ports changed. */
  Machine machine(Optional<DeploymentId> running, List<String> notes, UnaryOperator<Ports> ports) {
    Podman podman = new Podman(laboratory.runtimeDirectory(), true);
    return new Machine(
        ports.apply(RealPorts.of(layout(), podman)),
        layout(),
        running.map(BootedDeployment::of),
        new Notes(notes));
  }

  /** The machine that runs {@code running}. */
  Machine running(DeploymentId running) {
    return machine(Optional.of(running), new ArrayList<>(), UnaryOperator.identity());
  }

  /** All subvolumes but those of the store. */
  SortedSet<String> subvolumesOutsideTheStore() {
    SortedSet<String> paths = new TreeSet<>(MountedSystem.subvolumes(top));
    paths.removeIf(path -> path.startsWith("@var/lib/container-snap/snapshots/"));
    return paths;
  }

  private record Notes(List<String> lines) implements Progress {
    @Override
    public void enters(UpdateStep step) {}

    @Override
    public void notes(String line) {
      lines.add(line);
    }
  }
}

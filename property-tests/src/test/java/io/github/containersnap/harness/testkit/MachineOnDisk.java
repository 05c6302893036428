package io.github.containersnap.harness.testkit;

import io.github.containersnap.adapter.RealMachineAccess;
import io.github.containersnap.adapter.RealPorts;
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
 * A mounted disk, and the command line on it.
 *
 * @param top where the top level of its btrfs is mounted
 * @param device its btrfs
 * @param image the file that is the disk
 * @param disks where it belongs
 */
public record MachineOnDisk(Path top, LoopDevice device, Path image, TestDisks disks) {

  /** Runs the command line, in this process, on this system, which is not running. */
  public CommandLineRun run(String... arguments) {
    return CommandLineRun.onRoot(top, new RealMachineAccess(disks.runtimeDirectory()), arguments);
  }

  /** Runs a command that has to succeed; its output without the last line's end. */
  public String succeeds(String... arguments) {
    return prints(arguments).stripTrailing();
  }

  /** Runs a command that has to succeed; its output to the byte. */
  public String prints(String... arguments) {
    CommandLineRun result = run(arguments);
    Assertions.assertThat(result.exit())
        .as("%s: %s", String.join(" ", arguments), result.error())
        .isZero();
    return result.out();
  }

  /** Where its deployments and the rest lie. */
  public DeploymentLayout layout() {
    return new DeploymentLayout(top);
  }

  /** The root of a deployment. */
  public Path root(DeploymentId id) {
    return layout().deployment(id);
  }

  /** The deployment of version 1. */
  public DeploymentId first() {
    return disks.first().deployment();
  }

  /** The deployment of version 2. */
  public DeploymentId second() {
    return disks.second().deployment();
  }

  /** The id of what boots next. */
  public String byDefault() {
    return succeeds("get-default");
  }

  /** Makes a snapshot to work on, as tukit does. */
  public DeploymentId snapshotOf(DeploymentId base) {
    return DeploymentId.parse(succeeds("create-snapshot", base.toString()));
  }

  /** Closes a snapshot, as tukit does. */
  public void close(DeploymentId id) {
    succeeds("set-readonly-state", "--readonly", id.toString());
  }

  /** The machine that runs {@code running}, with its ports changed. */
  public Machine machine(
      Optional<DeploymentId> running, List<String> notes, UnaryOperator<Ports> ports) {
    return new Machine(
        ports.apply(RealPorts.of(layout(), disks.podman())),
        layout(),
        running.map(BootedDeployment::of),
        new Notes(notes));
  }

  /** The machine that runs {@code running}. */
  public Machine running(DeploymentId running) {
    return machine(Optional.of(running), new ArrayList<>(), UnaryOperator.identity());
  }

  /** All subvolumes but those of the store. */
  public SortedSet<String> subvolumesOutsideTheStore() {
    return outsideTheStore(MountedSystem.subvolumes(top));
  }

  /** Those of {@code subvolumes} that are not the store's. */
  public static SortedSet<String> outsideTheStore(SortedSet<String> subvolumes) {
    SortedSet<String> paths = new TreeSet<>(subvolumes);
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

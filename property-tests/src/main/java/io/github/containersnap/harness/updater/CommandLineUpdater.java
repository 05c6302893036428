package io.github.containersnap.harness.updater;

import io.github.containersnap.adapter.MachineAccess;
import io.github.containersnap.adapter.RealMachineAccess;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.BootedDeployment;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.engine.model.PullProgress;
import io.github.containersnap.engine.model.UpdateStep;
import io.github.containersnap.harness.mutant.Mutants;
import io.github.containersnap.harness.mutant.planted.FaultSwitch;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The real {@code container-snap} command line, in this process, with {@code --root}. */
public final class CommandLineUpdater implements Updater {
  private final Path runtimeDirectory;
  private final Mutants mutants;

  /**
   * An updater.
   *
   * @param runtimeDirectory where the files of its runs go
   * @param mutants the faults it has, if any
   */
  public CommandLineUpdater(Path runtimeDirectory, Mutants mutants) {
    this.runtimeDirectory = runtimeDirectory;
    this.mutants = mutants;
  }

  @Override
  public Result install(Path top, String reference) {
    Result prepared = run(top, Progress.NONE, "init");
    return prepared.succeeded() ? run(top, Progress.NONE, "update", reference) : prepared;
  }

  @Override
  public Result update(Path top, String reference, Progress progress) {
    return run(top, progress, "update", reference);
  }

  @Override
  public Result recover(Path top) {
    return run(top, Progress.NONE, "recover");
  }

  @Override
  public Result recover(Path top, DeploymentId running) {
    return run(top, Optional.of(BootedDeployment.of(running)), Progress.NONE, "recover");
  }

  /** Blesses what the machine has booted, as its own {@code bless} would have. */
  public Result bless(Path top, BootedDeployment boot) {
    return run(top, Optional.of(boot), Progress.NONE, "bless");
  }

  /** What {@code status} says to a machine that has booted so. */
  public Result status(Path top, BootedDeployment boot) {
    return run(top, Optional.of(boot), Progress.NONE, "status");
  }

  @Override
  public Result command(
      Path top, Optional<DeploymentId> running, Progress progress, List<String> arguments) {
    return run(top, running.map(BootedDeployment::of), progress, arguments.toArray(String[]::new));
  }

  @Override
  public Optional<String> nextRoot(Path top) {
    Result asked = run(top, Progress.NONE, "get-default");
    return asked.succeeded()
        ? Optional.of(DeploymentLayout.fromTopLevel(DeploymentId.parse(asked.output().strip())))
        : Optional.empty();
  }

  private Result run(Path top, Progress progress, String... arguments) {
    return run(top, Optional.empty(), progress, arguments);
  }

  private Result run(
      Path top, Optional<BootedDeployment> boot, Progress progress, String... arguments) {
    try (FaultSwitch _ = mutants.switchOn()) {
      return Result.of(CommandLineRun.onRoot(top, access(boot, progress), arguments));
    }
  }

  private MachineAccess access(Optional<BootedDeployment> boot, Progress alsoHears) {
    MachineAccess real = new RealMachineAccess(runtimeDirectory);
    return (root, registries, progress) -> {
      Machine opened = real.open(root, registries, both(alsoHears, progress));
      return mutants.apply(
          new Machine(opened.ports(), opened.layout(), boot.or(opened::boot), opened.progress()));
    };
  }

  private static Progress both(Progress first, Progress second) {
    return new Progress() {
      @Override
      public void enters(UpdateStep step) {
        first.enters(step);
        second.enters(step);
      }

      @Override
      public void notes(String line) {
        first.notes(line);
        second.notes(line);
      }

      @Override
      public void transfers(PullProgress transfer) {
        first.transfers(transfer);
        second.transfers(transfer);
      }
    };
  }
}

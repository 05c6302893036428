package io.github.containersnap.harness.experiment;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.engine.model.UpdateStep;
import io.github.containersnap.harness.experiment.UpdateExperiment.Candidate;
import io.github.containersnap.harness.property.LocalChange;
import io.github.containersnap.harness.updater.ExperimentFailedException;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.loopback.disk.ScratchSpace;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.disk.Workspace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Makes the recording of a transition: a machine is brought to the state before it by the engine
 * without a fault, and the command is recorded on a copy. What the machine must be is written on
 * paper meanwhile; the disk is never asked.
 */
public final class TransitionExperiment {
  /** The default subvolume of a host before container-snap comes. */
  private static final String FORMER = "@former";

  private static final List<String> OF_A_BLANK_DISK = List.of("@boot", "@var", "@home");

  private final Transition transition;
  private final BootLoaderKind bootLoader;
  private final ExperimentDisks disks;
  private final Updater updater;
  private final Updater sound;
  private final Consumer<String> progress;

  /**
   * An experiment.
   *
   * @param updater the engine under test, perhaps a mutant
   * @param sound the engine without a fault
   * @param progress hears a line about each part
   */
  public TransitionExperiment(
      Transition transition,
      BootLoaderKind bootLoader,
      Workspace workspace,
      ScratchSpace scratch,
      Updater updater,
      Updater sound,
      Consumer<String> progress) {
    this(transition, bootLoader, new ExperimentDisks(workspace, scratch), updater, sound, progress);
  }

  private TransitionExperiment(
      Transition transition,
      BootLoaderKind bootLoader,
      ExperimentDisks disks,
      Updater updater,
      Updater sound,
      Consumer<String> progress) {
    this.transition = transition;
    this.bootLoader = bootLoader;
    this.disks = disks;
    this.updater = updater;
    this.sound = sound;
    this.progress = progress;
  }

  /** The same, while somebody else commits the filesystem every so often. */
  public TransitionExperiment withCommitsEvery(Optional<Duration> interval) {
    return new TransitionExperiment(
        transition, bootLoader, disks.withCommitsEvery(interval), updater, sound, progress);
  }

  /**
   * Makes it.
   *
   * @param oldImage the image that the machine begins with
   * @param newImage the image that it is updated to
   * @param diskSize the size of the disk in bytes
   * @throws UnusablePairException if the images do not allow it
   * @throws ExperimentFailedException if any part of it did not come about
   */
  public Recording record(Candidate oldImage, Candidate newImage, long diskSize) {
    progress.accept("making a machine ready for %s …".formatted(transition.optionName()));
    SystemDisk base = disks.create("base.img", diskSize);
    TransitionExpectations expectations =
        disks.onMounted(
            base,
            top -> prepared(oldImage, newImage, base.filesystemUuid(), new OnDisk(top, base)));
    progress.accept(
        "running %s on a copy of it, recording every write …"
            .formatted(String.join(" ", expectations.verb().arguments())));
    ExperimentDisks.Recorded recorded =
        disks.record(
            base,
            (top, steps) ->
                expectations.verb().give(updater, top, expectations.before().running(), steps));
    if (!recorded.result().succeeded()) {
      throw new ExperimentFailedException(
          "%s fails when it is recorded: %s"
              .formatted(transition.optionName(), recorded.result().complaint()));
    }
    return new Recording(
        base, recorded.log(), expectations, newImage.reference(), recorded.result());
  }

  /**
   * What the machine must be, of a recording that was made at another time.
   *
   * @param base the disk that was recorded, as it was before
   */
  public TransitionExpectations expect(SystemDisk base, Candidate oldImage, Candidate newImage) {
    return prepared(oldImage, newImage, base.filesystemUuid(), PreparedMachine.Hands.NONE);
  }

  private TransitionExpectations prepared(
      Candidate oldImage, Candidate newImage, UUID filesystem, PreparedMachine.Hands hands) {
    PreparedMachine stage = new PreparedMachine(oldImage, newImage, bootLoader, filesystem, hands);
    Verb verb = transition.prepare(stage);
    return new TransitionExpectations(transition, bootLoader, stage.paper(), verb);
  }

  private final class OnDisk implements PreparedMachine.Hands {
    private final Path top;
    private final SystemDisk disk;

    OnDisk(Path top, SystemDisk disk) {
      this.top = top;
      this.disk = disk;
    }

    @Override
    public void layOut(PlainHostOnPaper host) {
      OF_A_BLANK_DISK.forEach(name -> btrfs("delete", top.resolve(name)));
      Path root = top.resolve(PlainHostOnPaper.ROOT);
      btrfs("create", root);
      new UnpackedImage(disks, sound).onto(root, host.image(), disk.sizeBytes());
      new MachineOwner(root).make(host.changesOfRoot());
      new MachineOwner(root.resolve("etc")).make(host.changesOfEtc());
      host.owner().makeDataIn(root);
      if (bootLoader == BootLoaderKind.DEFAULT_SUBVOLUME) {
        btrfs("set-default", root);
      }
    }

    /** Who boots by path has no reason to set a default subvolume; the other has always one. */
    @Override
    public void prepare() {
      if (bootLoader == BootLoaderKind.DEFAULT_SUBVOLUME) {
        btrfs("delete", new DeploymentLayout(top).boot());
        btrfs("create", top.resolve(FORMER));
        btrfs("set-default", top.resolve(FORMER));
      }
    }

    @Override
    public void clearUp() {
      if (bootLoader == BootLoaderKind.DEFAULT_SUBVOLUME) {
        btrfs("delete", top.resolve(FORMER));
      }
    }

    private static void btrfs(String verb, Path subvolume) {
      ExternalCommand.of("btrfs", "subvolume", verb, subvolume).run();
    }

    @Override
    public void run(Optional<DeploymentId> running, List<String> arguments) {
      Updater.Result result = sound.command(top, running, Progress.NONE, arguments);
      if (!result.succeeded()) {
        throw new UnusablePairException(
            "Making the machine ready failed: %s: %s"
                .formatted(String.join(" ", arguments), result.complaint()));
      }
    }

    @Override
    public void strike(Optional<DeploymentId> running, List<String> arguments, UpdateStep step) {
      try {
        Updater.Result result = sound.command(top, running, new StrikingProgress(step), arguments);
        throw new UnusablePairException(
            "Making the machine ready failed: %s ended before it was %s: %s"
                .formatted(String.join(" ", arguments), step.description(), result.complaint()));
      } catch (StrikingProgress.StruckDown struck) {
        // As it was meant: nothing that the command could have undone was undone.
      }
    }

    @Override
    public void changeEtc(DeploymentId id, List<LocalChange> changes) {
      new MachineOwner(top.resolve(DeploymentLayout.fromTopLevel(id)).resolve("etc")).make(changes);
    }

    @Override
    public void changeData(LivedInMachine machine) {
      machine.makeData(top);
    }
  }
}

package io.github.containersnap.gate.check;

import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.gate.images.ImageInspection;
import io.github.containersnap.gate.images.PairSource;
import io.github.containersnap.gate.run.GateContext;
import io.github.containersnap.gate.run.NothingToCheckException;
import io.github.containersnap.gate.run.Scenario;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.gate.run.UpdaterUnderTest;
import io.github.containersnap.harness.experiment.Recording;
import io.github.containersnap.harness.experiment.UnusablePairException;
import io.github.containersnap.harness.experiment.UpdateExperiment.Candidate;
import io.github.containersnap.harness.sweep.CrashSweep;
import io.github.containersnap.loopback.disk.ScratchSpace;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.vm.images.ImagePair;
import java.io.IOException;
import java.time.Duration;

/** From the images to a recorded update. */
public final class Recorder {
  private static final long MIB = 1 << 20;

  /** Sparse, and mostly never written; room for the store, blobs in transit and three trees. */
  private static final long SMALLEST_DISK = 1024 * MIB;

  /** The scratch space's file is sparse: this bounds it, and costs nothing. */
  private static final int SCRATCH_DISKS = 16;

  /** ENOSPC, as programs written in Go say it. */
  private static final String NO_SPACE = "no space left on device";

  private final CheckPlan plan;
  private final Scenario scenario;
  private final PairSource source;
  private final GateContext surroundings;
  private final Workspace workspace;
  private final UpdaterUnderTest updater;

  /** A recorder of the updater, or of the mutant, that the options name. */
  Recorder(
      CheckPlan plan,
      Scenario scenario,
      PairSource source,
      GateContext surroundings,
      Workspace workspace) {
    this(plan, scenario, source, surroundings, workspace, plan.updater());
  }

  /** A recorder of {@code updater}. */
  public Recorder(
      CheckPlan plan,
      Scenario scenario,
      PairSource source,
      GateContext surroundings,
      Workspace workspace,
      UpdaterUnderTest updater) {
    this.plan = plan;
    this.scenario = scenario;
    this.source = source;
    this.surroundings = surroundings;
    this.workspace = workspace;
    this.updater = updater;
  }

  private void explain(String line) {
    surroundings.interruption().check();
    surroundings.console().explain(line);
  }

  /**
   * Makes the recording.
   *
   * @throws UnusableInputException if the images or the disk that was asked for do not allow it
   */
  RecordedUpdate record() throws IOException {
    return record(images());
  }

  /**
   * Two images that can be updated from one to the other.
   *
   * @param pair the images
   * @param oldImage what is in the one before the update
   * @param newImage what is in the one after it
   */
  public record ReadPair(ImagePair pair, Candidate oldImage, Candidate newImage) {}

  /**
   * Reads the images.
   *
   * @throws UnusableInputException if one of them cannot be used
   * @throws NothingToCheckException if they are the same image
   */
  public ReadPair images() throws IOException {
    explain("The images:");
    ImagePair made = source.make(workspace.directory(), surroundings::part);
    ImagePair pair = plan.keep().map(keepsakes -> keepsakes.keep(made)).orElse(made);
    surroundings.part("looking into %s …".formatted(pair.oldImage().description()));
    Candidate oldImage = new ImageInspection(pair.oldImage(), workspace.directory()).candidate();
    surroundings.part("looking into %s …".formatted(pair.newImage().description()));
    Candidate newImage = new ImageInspection(pair.newImage(), workspace.directory()).candidate();
    if (oldImage.imageId().equals(newImage.imageId())) {
      throw new NothingToCheckException(
          "Nothing to check: %s and %s are the same image (%s)."
              .formatted(
                  pair.oldImage().description(),
                  pair.newImage().description(),
                  oldImage.imageId()));
    }
    return new ReadPair(pair, oldImage, newImage);
  }

  /**
   * Makes the recording with images that were read before.
   *
   * @throws UnusableInputException if the disk that was asked for does not allow it
   */
  public RecordedUpdate record(ReadPair images) throws IOException {
    ImagePair pair = images.pair();
    Candidate oldImage = images.oldImage();
    Candidate newImage = images.newImage();
    DiskNeeds.of(oldImage, newImage, plan.jobs()).requireRoomIn(workspace.directory());
    long diskSize = plan.diskSizeBytes().orElseGet(() -> diskSize(oldImage, newImage));
    ScratchSpace scratch = ScratchSpace.create(workspace, SCRATCH_DISKS * diskSize);
    try {
      explain(
          "The experiment, on a disk of %s with %s:"
              .formatted(
                  new Bytes(diskSize),
                  updater.foreign().isEmpty()
                      ? "the real podman and kernel btrfs"
                      : "kernel " + plan.filesystem().type()));
      long started = System.nanoTime();
      Recording recording = record(scratch, pair, oldImage, newImage, diskSize);
      return new RecordedUpdate(
          pair,
          oldImage,
          newImage,
          scratch,
          recording,
          Duration.ofNanos(System.nanoTime() - started));
    } catch (RuntimeException e) {
      scratch.close();
      throw e;
    }
  }

  /** The sweep over an update that was recorded. */
  public CrashSweep sweep(RecordedUpdate update) {
    return update.sweep(updater, workspace, plan.selection().depth());
  }

  private Recording record(
      ScratchSpace scratch, ImagePair pair, Candidate oldImage, Candidate newImage, long diskSize) {
    try {
      return scenario.isUsual()
          ? updater
              .experiment(workspace, scratch, surroundings::part)
              .on(plan.filesystem())
              .withCommitsEvery(plan.selection().commitsEvery())
              .record(oldImage, newImage, diskSize)
          : updater
              .experiment(scenario, workspace, scratch, surroundings::part)
              .withCommitsEvery(plan.selection().commitsEvery())
              .record(oldImage, newImage, diskSize);
    } catch (UnusablePairException e) {
      surroundings.interruption().check();
      throw new UnusableInputException(
          "The update from %s to %s cannot be made on a disk of %s. %s"
              .formatted(
                  pair.oldImage().description(),
                  pair.newImage().description(),
                  new Bytes(diskSize),
                  inTheWordsOf(pair, workspace, String.valueOf(e.getMessage()))));
    }
  }

  /** The engine knows the disk by where the gate mounts it, and the images by the gate's copies. */
  private static String inTheWordsOf(ImagePair pair, Workspace workspace, String complaint) {
    String plain =
        complaint
            .replace(pair.oldImage().reference(), pair.oldImage().description())
            .replace(pair.newImage().reference(), pair.newImage().description())
            .replace(workspace.directory() + "/experiment", "the disk");
    return plain.contains(NO_SPACE)
        ? plain.substring(0, plain.indexOf(": ")) + ": there is no room left on it."
        : plain;
  }

  private static long diskSize(Candidate oldImage, Candidate newImage) {
    long wanted = 4 * (bytes(oldImage) + bytes(newImage));
    long size = Math.max(SMALLEST_DISK, wanted);
    return (size + MIB - 1) / MIB * MIB;
  }

  private static long bytes(Candidate image) {
    return image.tree().entries().values().stream().mapToLong(TreeEntry::size).sum();
  }
}

package io.github.containersnap.harness.experiment;

import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.harness.updater.ExperimentFailedException;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.loopback.disk.Filesystem;
import io.github.containersnap.loopback.disk.ScratchSpace;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.oci.layer.SmallFileContents;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeManifest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Makes the recording: a disk with the old image and a machine owner's changes, an update that is
 * only watched for what it makes, and the same update again on a copy, recorded.
 */
public final class UpdateExperiment {
  private final ExperimentDisks disks;
  private final Updater updater;
  private final Updater sound;
  private final SystemReader reading;
  private final Consumer<String> progress;

  /**
   * An experiment.
   *
   * @param updater the updater under test, perhaps a mutant
   * @param sound the same without a fault, which says what is right
   * @param reading how its systems are read
   * @param progress hears a line about each part
   */
  public UpdateExperiment(
      Workspace workspace,
      ScratchSpace scratch,
      Updater updater,
      Updater sound,
      SystemReader reading,
      Consumer<String> progress) {
    this(new ExperimentDisks(workspace, scratch), updater, sound, reading, progress);
  }

  private UpdateExperiment(
      ExperimentDisks disks,
      Updater updater,
      Updater sound,
      SystemReader reading,
      Consumer<String> progress) {
    this.disks = disks;
    this.updater = updater;
    this.sound = sound;
    this.reading = reading;
    this.progress = progress;
  }

  /**
   * The same, but while the update is recorded the filesystem is committed every so often by
   * somebody else ({@link ExperimentDisks}). That hides commits which the updater lacks, and shows
   * what it leaves on the disk between its own.
   */
  public UpdateExperiment withCommitsEvery(Optional<Duration> interval) {
    return new UpdateExperiment(
        disks.withCommitsEvery(interval), updater, sound, reading, progress);
  }

  /** The same on disks of another filesystem. */
  public UpdateExperiment on(Filesystem filesystem) {
    return new UpdateExperiment(disks.of(filesystem), updater, sound, reading, progress);
  }

  /**
   * Makes it.
   *
   * @param oldImage the image to begin with, as the updater names it
   * @param newImage the image to update to
   * @param diskSize the size of the disk in bytes
   * @throws ExperimentFailedException if any part of it did not come about
   */
  public Recording record(Candidate oldImage, Candidate newImage, long diskSize) {
    progress.accept("installing the old image on a new disk …");
    SystemDisk base = disks.create("base.img", diskSize);
    install(base, oldImage);
    AtomicLong nanoseconds = new AtomicLong();
    SystemExpectations expectations = rehearse(base, oldImage, newImage, nanoseconds);
    progress.accept("updating another copy, recording every write …");
    return record(base, expectations, newImage, Duration.ofNanos(nanoseconds.get()));
  }

  /**
   * What both systems look like, from a disk that was installed at another time.
   *
   * @param base a disk with the old image, in the scratch space
   */
  public SystemExpectations expect(SystemDisk base, Candidate oldImage, Candidate newImage) {
    return rehearse(base, oldImage, newImage, new AtomicLong());
  }

  /**
   * An image of the experiment.
   *
   * @param reference how the updater names it
   * @param imageId its id
   * @param tree what it holds
   * @param contents what its files say for which {@link LivedInMachine#isText} asks
   */
  public record Candidate(
      String reference, String imageId, TreeManifest tree, SmallFileContents contents) {

    /** What the regular file at a path says, if that was kept. */
    Optional<String> text(String path) {
      return tree.get(path)
          .filter(entry -> entry.kind() == FileKind.FILE)
          .flatMap(entry -> contents.get(entry.contentDigest()))
          .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
  }

  private void install(SystemDisk base, Candidate image) {
    disks.onMounted(
        base,
        top -> {
          require(sound.install(top, image.reference()), "Installing the old image failed");
          machine(image).make(top, reading.etc(top, image));
          return top;
        });
  }

  private LivedInMachine machine(Candidate installed) {
    return new LivedInMachine(installed, reading.subvolumes());
  }

  private SystemExpectations rehearse(
      SystemDisk base, Candidate oldImage, Candidate newImage, AtomicLong nanoseconds) {
    SystemDisk copy = disks.copy(base, "rehearsal.img");
    prepare(copy, newImage);
    progress.accept("updating a copy of it, to know what is right …");
    return disks.onMounted(
        copy,
        top ->
            reading.expect(
                top,
                machine(oldImage),
                oldImage,
                newImage,
                () -> {
                  long started = System.nanoTime();
                  require(
                      sound.update(top, newImage.reference(), Progress.NONE),
                      "The update fails even when nothing interrupts it");
                  nanoseconds.set(System.nanoTime() - started);
                }));
  }

  private void prepare(SystemDisk disk, Candidate newImage) {
    if (sound.prepares()) {
      progress.accept("making ready what the update fetches …");
      Updater.Result _ =
          disks.onMounted(
              disk,
              top -> {
                Updater.Result prepared = sound.prepare(top, newImage.reference());
                require(prepared, "Preparing the update failed");
                return prepared;
              });
    }
  }

  private Recording record(
      SystemDisk base, SystemExpectations expectations, Candidate newImage, Duration undisturbed) {
    ExperimentDisks.Recorded recorded =
        disks.record(base, (top, steps) -> updater.update(top, newImage.reference(), steps));
    if (!recorded.result().succeeded()) {
      throw new ExperimentFailedException(
          "The update fails when it is recorded: " + recorded.result().account());
    }
    return new Recording(
        base,
        recorded.log(),
        expectations,
        newImage.reference(),
        recorded.result(),
        Optional.of(undisturbed));
  }

  private static void require(Updater.Result result, String otherwise) {
    if (!result.succeeded()) {
      throw new UnusablePairException(otherwise + ": " + result.account());
    }
  }
}

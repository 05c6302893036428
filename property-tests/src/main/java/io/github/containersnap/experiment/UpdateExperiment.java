package io.github.containersnap.experiment;

import io.github.containersnap.engine.Progress;
import io.github.containersnap.engine.Step;
import io.github.containersnap.loopback.disk.BackgroundCommits;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.loopback.disk.Mount;
import io.github.containersnap.loopback.disk.RecordedDisk;
import io.github.containersnap.loopback.disk.ScratchSpace;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.loopback.log.WriteLog;
import io.github.containersnap.oci.KeptContents;
import io.github.containersnap.tree.Kind;
import io.github.containersnap.tree.TreeManifest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Makes the recording: a disk with the old image and a machine owner's changes, an update that is
 * only watched for what it makes, and the same update again on a copy, recorded.
 */
public final class UpdateExperiment {
  /** The top level also where an updater has made another subvolume the default. */
  private static final String MOUNT_OPTIONS = "noatime,subvolid=5";

  private final Workspace workspace;
  private final ScratchSpace scratch;
  private final Updater updater;
  private final Updater sound;
  private final SystemReading reading;
  private final Consumer<String> progress;
  private final Optional<Duration> commitsEvery;

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
      SystemReading reading,
      Consumer<String> progress) {
    this(workspace, scratch, updater, sound, reading, progress, Optional.empty());
  }

  private UpdateExperiment(
      Workspace workspace,
      ScratchSpace scratch,
      Updater updater,
      Updater sound,
      SystemReading reading,
      Consumer<String> progress,
      Optional<Duration> commitsEvery) {
    this.workspace = workspace;
    this.scratch = scratch;
    this.updater = updater;
    this.sound = sound;
    this.reading = reading;
    this.progress = progress;
    this.commitsEvery = commitsEvery;
  }

  /**
   * The same, but while the update is recorded the filesystem is committed every so often by
   * somebody else ({@link BackgroundCommits}). That hides commits which the updater lacks, and
   * shows what it leaves on the disk between its own.
   */
  public UpdateExperiment withCommitsEvery(Optional<Duration> interval) {
    return new UpdateExperiment(workspace, scratch, updater, sound, reading, progress, interval);
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
    SystemDisk base = SystemDisk.create(scratch.directory().resolve("base.img"), diskSize);
    install(base, oldImage);
    progress.accept("updating a copy of it, to know what is right …");
    Expectations expectations = rehearse(base, oldImage, newImage);
    progress.accept("updating another copy, recording every write …");
    return record(base, expectations, newImage);
  }

  /**
   * What both systems look like, from a disk that was installed at another time.
   *
   * @param base a disk with the old image, in the scratch space
   */
  public Expectations expect(SystemDisk base, Candidate oldImage, Candidate newImage) {
    progress.accept("updating a copy of the disk, to know what is right …");
    return rehearse(base, oldImage, newImage);
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
      String reference, String imageId, TreeManifest tree, KeptContents contents) {

    /** What the regular file at a path says, if that was kept. */
    Optional<String> text(String path) {
      return tree.get(path)
          .filter(entry -> entry.kind() == Kind.FILE)
          .flatMap(entry -> contents.get(entry.contentDigest()))
          .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
  }

  private void install(SystemDisk base, Candidate image) {
    onMounted(
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

  private Expectations rehearse(SystemDisk base, Candidate oldImage, Candidate newImage) {
    SystemDisk copy = copy(base, "rehearsal.img");
    return onMounted(
        copy,
        top ->
            reading.expect(
                top,
                machine(oldImage),
                oldImage,
                newImage,
                () ->
                    require(
                        sound.update(top, newImage.reference(), Progress.NONE),
                        "The update fails even when nothing interrupts it")));
  }

  private Recording record(SystemDisk base, Expectations expectations, Candidate newImage) {
    SystemDisk copy = copy(base, "recorded.img");
    Path logFile = workspace.file("write.log");
    Updater.Result result;
    WriteLog log;
    try (RecordedDisk disk = RecordedDisk.start(copy, logFile, workspace)) {
      SystemDisk recorded = copy.at(disk.export());
      result = onMounted(recorded, top -> updateWithMarks(top, disk, newImage));
      disk.close();
      log = disk.readLog();
    }
    if (!result.succeeded()) {
      throw new ExperimentFailedException(
          "The update fails when it is recorded: " + result.complaint());
    }
    requireExperiment(log);
    return new Recording(base, log, expectations, newImage.reference(), result);
  }

  private Updater.Result updateWithMarks(Path top, RecordedDisk disk, Candidate newImage) {
    disk.mark(Recording.BEGINS);
    Updater.Result result =
        commitsEvery.isEmpty()
            ? update(top, disk, newImage)
            : updateBesideCommits(top, disk, newImage, commitsEvery.get());
    // The moment at which the updater's caller learns of its success. Nothing may be synced between
    // the updater's last write and this mark, nor after it: only the unmount follows.
    disk.mark(Recording.REPORTED);
    return result;
  }

  private Updater.Result updateBesideCommits(
      Path top, RecordedDisk disk, Candidate newImage, Duration every) {
    try (BackgroundCommits _ = BackgroundCommits.of(top, every)) {
      return update(top, disk, newImage);
    }
  }

  private Updater.Result update(Path top, RecordedDisk disk, Candidate newImage) {
    return updater.update(
        top,
        newImage.reference(),
        new Progress() {
          @Override
          public void enters(Step step) {
            disk.mark(Recording.STEP + step.number() + ": " + step.description());
          }

          @Override
          public void notes(String line) {}
        });
  }

  /** An experiment checks that it was one. */
  private static void requireExperiment(WriteLog log) {
    if (log.flushes() == 0 || log.writes() == 0) {
      throw new ExperimentFailedException(
          "The recording is void: it saw %d writes and %d flushes."
              .formatted(log.writes(), log.flushes()));
    }
    if (log.tornTail().isPresent()) {
      throw new ExperimentFailedException("The recording is void: " + log.tornTail().get());
    }
    for (String mark : List.of(Recording.BEGINS, Recording.REPORTED)) {
      if (log.indexOfMark(mark).isEmpty()) {
        throw new ExperimentFailedException(
            "The recording is void: it lacks the mark '%s'.".formatted(mark));
      }
    }
  }

  private SystemDisk copy(SystemDisk disk, String name) {
    Path target = scratch.directory().resolve(name);
    scratch.reflink(disk.image(), target);
    return disk.at(target);
  }

  private <T> T onMounted(SystemDisk disk, Function<Path, T> work) {
    Path at = workspace.file("experiment");
    try (LoopDevice loop = disk.attachSystem();
        Mount mount = Mount.of(loop.device(), at, MOUNT_OPTIONS)) {
      return work.apply(mount.directory());
    }
  }

  private static void require(Updater.Result result, String otherwise) {
    if (!result.succeeded()) {
      throw new UnusablePairException(otherwise + ": " + result.complaint());
    }
  }
}

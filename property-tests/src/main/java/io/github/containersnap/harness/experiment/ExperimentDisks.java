package io.github.containersnap.harness.experiment;

import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.engine.model.UpdateStep;
import io.github.containersnap.harness.updater.ExperimentFailedException;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.loopback.disk.BackgroundCommits;
import io.github.containersnap.loopback.disk.Filesystem;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.loopback.disk.Mount;
import io.github.containersnap.loopback.disk.RecordedDisk;
import io.github.containersnap.loopback.disk.ScratchSpace;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.loopback.log.WriteLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The disks of an experiment: made, copied, mounted, and recorded while something is done to them.
 *
 * @param filesystem of the disks that are made
 * @param commitsEvery how often the filesystem is committed by somebody else during a recording
 */
record ExperimentDisks(
    Workspace workspace,
    ScratchSpace scratch,
    Optional<Duration> commitsEvery,
    Filesystem filesystem) {
  /** Disks of which nobody else commits anything. */
  ExperimentDisks(Workspace workspace, ScratchSpace scratch) {
    this(workspace, scratch, Optional.empty(), Filesystem.BTRFS);
  }

  /** The same, with commits by somebody else while something is recorded. */
  ExperimentDisks withCommitsEvery(Optional<Duration> interval) {
    return new ExperimentDisks(workspace, scratch, interval, filesystem);
  }

  /** The same with disks of another filesystem. */
  ExperimentDisks of(Filesystem other) {
    return new ExperimentDisks(workspace, scratch, commitsEvery, other);
  }

  /** A new disk. */
  SystemDisk create(String name, long size) {
    return SystemDisk.create(scratch.directory().resolve(name), size, filesystem);
  }

  /** A copy of a disk. */
  SystemDisk copy(SystemDisk disk, String name) {
    Path target = scratch.directory().resolve(name);
    scratch.reflink(disk.image(), target);
    return disk.at(target);
  }

  /** Works on the mounted top level of a disk. */
  <T> T onMounted(SystemDisk disk, Function<Path, T> work) {
    return onMounted(disk, "experiment", work);
  }

  /**
   * The same, while another is mounted.
   *
   * @param name where it is mounted, in the workspace
   */
  <T> T onMounted(SystemDisk disk, String name, Function<Path, T> work) {
    Path at = workspace.file(name);
    try (LoopDevice loop = disk.attachSystem();
        Mount mount =
            Mount.of(disk.filesystem(), loop.device(), at, disk.filesystem().mountOptions())) {
      return work.apply(mount.directory());
    }
  }

  /**
   * What was recorded.
   *
   * @param log every write and flush, with marks
   * @param result how the command ended
   */
  record Recorded(WriteLog log, Updater.Result result) {}

  /**
   * Records what a command writes to a copy of a disk.
   *
   * @param command works on the mounted top level, and tells of its steps
   * @throws ExperimentFailedException if the recording shows that it was none
   */
  Recorded record(SystemDisk base, BiFunction<Path, Progress, Updater.Result> command) {
    SystemDisk copy = copy(base, "recorded.img");
    Path logFile = workspace.file("write.log");
    try (RecordedDisk disk = RecordedDisk.start(copy, logFile, workspace)) {
      SystemDisk recorded = copy.at(disk.export());
      Updater.Result result = onMounted(recorded, top -> withMarks(top, disk, command));
      disk.close();
      WriteLog log = disk.readLog();
      if (result.succeeded()) {
        requireExperiment(log);
      }
      return new Recorded(log, result);
    }
  }

  private Updater.Result withMarks(
      Path top, RecordedDisk disk, BiFunction<Path, Progress, Updater.Result> command) {
    disk.mark(Recording.BEGINS);
    Updater.Result result =
        commitsEvery.isEmpty()
            ? command.apply(top, steps(disk))
            : besideCommits(top, disk, command, commitsEvery.get());
    // The moment at which the updater's caller learns of its success. Nothing may be synced between
    // the updater's last write and this mark, nor after it: only the unmount follows.
    disk.mark(Recording.REPORTED);
    return result;
  }

  private static Updater.Result besideCommits(
      Path top,
      RecordedDisk disk,
      BiFunction<Path, Progress, Updater.Result> command,
      Duration every) {
    try (BackgroundCommits _ = BackgroundCommits.of(top, every)) {
      return command.apply(top, steps(disk));
    }
  }

  private static Progress steps(RecordedDisk disk) {
    return new Progress() {
      @Override
      public void enters(UpdateStep step) {
        disk.mark(Recording.STEP + step.number() + ": " + step.description());
      }

      @Override
      public void notes(String line) {}
    };
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
}

package io.github.containersnap.gate.check;

import io.github.containersnap.gate.report.StateSelection;
import io.github.containersnap.gate.run.UpdaterUnderTest;
import io.github.containersnap.gate.shard.Shard;
import io.github.containersnap.loopback.disk.Filesystem;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a check is to do: its {@link CheckOptions}, found usable.
 *
 * @param selection which crash states
 * @param jobs how many states at a time
 * @param updater what is checked
 * @param diskSizeBytes the size of the disk; empty for one that fits the images
 * @param boot whether one state of each class is booted too
 * @param report where the report is written, if it is
 * @param keep where the disk, the log and the images are left, if they are
 * @param json whether standard output is the result as JSON
 * @param shard which part of the states is checked; empty for all
 * @param archive of which violated checks the report keeps the disk
 * @param timeLimit after how long, from the start, no other state is checked
 * @param filesystem of the disk
 * @param updatesAgain whether another updater updates once more in each state (P5)
 * @param repairs in how many of the states that boot neither system its repairs are tried
 */
public record CheckPlan(
    StateSelection selection,
    int jobs,
    UpdaterUnderTest updater,
    OptionalLong diskSizeBytes,
    boolean boot,
    Optional<ReportDirectory> report,
    Optional<KeptFiles> keep,
    boolean json,
    Optional<Shard> shard,
    DiskArchive archive,
    Optional<Duration> timeLimit,
    Filesystem filesystem,
    boolean updatesAgain,
    int repairs) {

  /**
   * The same check of a recording.
   *
   * @param other which states, of that recording
   * @param recorded what it was of
   * @param part which part of the states; empty for all
   * @param kind the filesystem of the disk that was recorded
   */
  CheckPlan of(
      StateSelection other, UpdaterUnderTest recorded, Optional<Shard> part, Filesystem kind) {
    return new CheckPlan(
        other,
        jobs,
        recorded,
        OptionalLong.empty(),
        boot,
        report,
        keep,
        json,
        part,
        archive,
        timeLimit,
        kind,
        updatesAgain,
        repairs);
  }
}

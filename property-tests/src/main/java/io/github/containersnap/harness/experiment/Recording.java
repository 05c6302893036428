package io.github.containersnap.harness.experiment;

import io.github.containersnap.harness.updater.ExperimentFailedException;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.log.WriteLog;
import java.time.Duration;
import java.util.Optional;

/**
 * A recorded update.
 *
 * @param base the disk as it was before it
 * @param log every write and flush of it, with marks
 * @param expectations what the old and the new system look like
 * @param newReference where the new image comes from
 * @param result how the update ended
 * @param undisturbed how long the same update took on another copy of the disk, unrecorded; empty
 *     if that was not measured
 */
public record Recording(
    SystemDisk base,
    WriteLog log,
    SystemExpectations expectations,
    String newReference,
    Updater.Result result,
    Optional<Duration> undisturbed) {
  /** The mark at which the update begins. */
  public static final String BEGINS = "update begins";

  /** The mark at which the updater has reported success. */
  public static final String REPORTED = "success reported";

  /** What the mark of a step of the transaction starts with. */
  public static final String STEP = "step ";

  /** A recording of an update whose time was not measured. */
  public Recording(
      SystemDisk base,
      WriteLog log,
      SystemExpectations expectations,
      String newReference,
      Updater.Result result) {
    this(base, log, expectations, newReference, result, Optional.empty());
  }

  /** The index in the log from which on success has been reported. */
  public int reportedAt() {
    return log.indexOfMark(REPORTED)
        .orElseThrow(() -> new ExperimentFailedException("The log has no mark of success."));
  }
}

package io.github.containersnap.gate.recording;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.containersnap.gate.report.ResultJson;
import org.jspecify.annotations.Nullable;

/**
 * {@code recording.json}: what a recording is of. It is written last, so a directory that has it
 * has all of the recording.
 *
 * @param schema 1; later schemas only add fields
 * @param gate the gate that recorded it ({@link io.github.containersnap.gate.run.GateBuild})
 * @param old the image before the update, as the recorded updater was told to fetch it
 * @param newImage the image after it
 * @param mutant the faults that were switched on, or null
 * @param updater the updater if it was not container-snap, or null
 * @param updaterSha256 what its programs are recognised by, or null
 * @param transition what was recorded
 * @param bootLoader how the machine boots
 * @param commitEveryMilliseconds how often somebody else committed the filesystem, or null
 * @param disk what the disk and the log are recognised by
 * @param logBytes the size of the write log
 * @param seconds how long the recording took
 */
public record RecordingFile(
    int schema,
    String gate,
    ResultJson.Image old,
    @JsonProperty("new") ResultJson.Image newImage,
    @Nullable String mutant,
    @Nullable String updater,
    @Nullable String updaterSha256,
    String transition,
    String bootLoader,
    @Nullable Long commitEveryMilliseconds,
    ResultJson.Disk disk,
    long logBytes,
    double seconds) {
  /** Its name in the directory of a recording. */
  public static final String NAME = "recording.json";
}

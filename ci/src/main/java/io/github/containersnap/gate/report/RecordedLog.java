package io.github.containersnap.gate.report;

import io.github.containersnap.loopback.log.WriteLog;
import java.time.Duration;

/**
 * The recording that a check made.
 *
 * @param log the write log
 * @param disk what the disk is recognised by
 * @param took how long the experiment took
 */
public record RecordedLog(WriteLog log, DiskDigests disk, Duration took) {}

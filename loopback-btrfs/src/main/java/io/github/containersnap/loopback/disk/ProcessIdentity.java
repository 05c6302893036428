package io.github.containersnap.loopback.disk;

import io.github.containersnap.base.Waiting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * One process and no other: a pid alone is reused, a pid with its start time is not.
 *
 * @param pid the process id
 * @param startTime field 22 of /proc/PID/stat: clock ticks since boot (proc_pid_stat(5))
 */
record ProcessIdentity(long pid, long startTime) {
  private static final Duration TIME_TO_DIE = Duration.ofSeconds(5);
  private static final int STATE_FIELD = 0;
  private static final int START_TIME_FIELD = 19;

  /** The process that runs this code. */
  static ProcessIdentity own() {
    long pid = ProcessHandle.current().pid();
    return of(pid).orElseThrow(() -> new IllegalStateException("/proc knows no process " + pid));
  }

  /** The process that has this pid now; empty if there is none or it is a zombie. */
  static Optional<ProcessIdentity> of(long pid) {
    try {
      return ofStat(
          Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /** The process that a line of /proc/PID/stat describes. */
  static Optional<ProcessIdentity> ofStat(String line) {
    // The second field is the name in parentheses and may hold spaces and parentheses itself.
    int nameBegin = line.indexOf(" (");
    int nameEnd = line.lastIndexOf(") ");
    if (nameBegin < 0 || nameEnd < nameBegin) {
      return Optional.empty();
    }
    String[] fields = line.substring(nameEnd + 2).strip().split(" ", -1);
    if (fields.length <= START_TIME_FIELD || fields[STATE_FIELD].matches("[ZXx]")) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new ProcessIdentity(
              Long.parseLong(line.substring(0, nameBegin)),
              Long.parseLong(fields[START_TIME_FIELD])));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  /** Whether this very process still runs. */
  boolean alive() {
    return of(pid).equals(Optional.of(this));
  }

  /** Kills this very process and waits for its end; returns whether it is gone. */
  boolean kill() {
    ProcessHandle.of(pid).filter(_ -> alive()).ifPresent(ProcessHandle::destroyForcibly);
    return Waiting.until(TIME_TO_DIE, () -> !alive());
  }
}

package io.github.containersnap.gate;

import io.github.containersnap.experiment.Recording;
import io.github.containersnap.loopback.log.Epoch;
import io.github.containersnap.loopback.log.LogEntry;
import io.github.containersnap.loopback.log.WriteLog;
import io.github.containersnap.oracle.CrashState;
import java.util.List;
import java.util.Locale;

/** Says of a crash state, as a person would, when the power was lost. */
final class StateInWords {
  private final WriteLog log;

  StateInWords(WriteLog log) {
    this.log = log;
  }

  /** E.g. "power lost after write 204 of 459, in epoch 7 of 40, in step 4 (proving the image)". */
  String of(CrashState state) {
    List<LogEntry> arrived = log.entries().subList(0, state.entries());
    long writes = arrived.stream().filter(LogEntry.Write.class::isInstance).count();
    return String.format(
        Locale.ROOT,
        "power lost after write %,d of %,d, in epoch %,d of %,d, %s",
        writes,
        log.writes(),
        epoch(state.entries()),
        log.epochs().size(),
        moment(arrived));
  }

  private long epoch(int entries) {
    return 1
        + log.epochs().stream().filter(Epoch::flushed).filter(e -> e.endEntry() < entries).count();
  }

  private static String moment(List<LogEntry> arrived) {
    for (LogEntry entry : arrived.reversed()) {
      if (entry instanceof LogEntry.Mark mark) {
        if (mark.name().equals(Recording.REPORTED)) {
          return "after the update had reported success";
        }
        if (mark.name().startsWith(Recording.STEP)) {
          return "in " + mark.name();
        }
        return "as the update began";
      }
    }
    return "before the update began";
  }
}

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
  private final int writes;
  private final int epochs;
  private final int[] writesBefore;
  private final int[] epochOf;
  private final String[] momentOf;

  StateInWords(WriteLog log) {
    this.log = log;
    List<Epoch> allEpochs = log.epochs();
    this.writes = log.writes();
    this.epochs = allEpochs.size();
    int states = log.entries().size() + 1;
    this.writesBefore = new int[states];
    this.epochOf = new int[states];
    this.momentOf = new String[states];
    String moment = "before the update began";
    int epoch = 1;
    momentOf[0] = moment;
    epochOf[0] = epoch;
    for (LogEntry entry : log.entries()) {
      int state = entry.index() + 1;
      moment = momentAfter(entry, moment);
      while (epoch < epochs
          && allEpochs.get(epoch - 1).flushed()
          && allEpochs.get(epoch - 1).endEntry() < state) {
        epoch++;
      }
      writesBefore[state] = writesBefore[state - 1] + (entry instanceof LogEntry.Write ? 1 : 0);
      epochOf[state] = epoch;
      momentOf[state] = moment;
    }
  }

  private static String momentAfter(LogEntry entry, String before) {
    if (!(entry instanceof LogEntry.Mark mark)) {
      return before;
    }
    if (mark.name().startsWith(Recording.STEP)) {
      return "in " + mark.name().replaceFirst(": (.*)", " ($1)");
    }
    return switch (mark.name()) {
      case Recording.BEGINS -> "as the update began";
      case Recording.REPORTED -> "after the update had reported success";
      default -> before; // the end of the recording says nothing about the update
    };
  }

  /** E.g. "power lost after write 204 of 459, in epoch 7 of 40, in step 4 (proving the image)". */
  String of(CrashState state) {
    int entries = state.entries();
    if (entries == log.entries().size()) {
      return String.format(Locale.ROOT, "power lost after the last of %,d writes", writes);
    }
    return String.format(
        Locale.ROOT,
        "power lost %s, in epoch %,d of %,d, %s",
        writesBefore[entries] == 0
            ? String.format(Locale.ROOT, "before the first of %,d writes", writes)
            : String.format(Locale.ROOT, "after write %,d of %,d", writesBefore[entries], writes),
        epochOf[entries],
        epochs,
        momentOf[entries]);
  }

  /** How many writes had arrived. */
  int writes(CrashState state) {
    return writesBefore[state.entries()];
  }
}

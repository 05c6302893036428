package io.github.containersnap.gate.report;

import io.github.containersnap.harness.experiment.Recording;
import io.github.containersnap.loopback.crash.ArrivedWrites;
import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.crash.CrashStates;
import io.github.containersnap.loopback.log.Epoch;
import io.github.containersnap.loopback.log.LogEntry;
import io.github.containersnap.loopback.log.WriteLog;
import java.util.List;
import java.util.Locale;

/**
 * Says of a crash state, as a person would, when the power was lost. Its numbers are those of the
 * state's address: how many entries of the write log had arrived, and, of a single write, which
 * entry it is, from 0.
 */
public final class StateDescription {
  private final WriteLog log;
  private final CrashStates states;
  private final int epochs;
  private final int[] epochOf;
  private final String[] momentOf;

  /** Descriptions of the states of a log. */
  public StateDescription(WriteLog log) {
    this.log = log;
    this.states = CrashStates.of(log);
    List<Epoch> allEpochs = log.epochs();
    this.epochs = allEpochs.size();
    int states = log.entries().size() + 1;
    this.epochOf = new int[states];
    this.momentOf = new String[states];
    String moment = "before the update began";
    boolean tellsSteps =
        log.entries().stream()
            .anyMatch(
                it -> it instanceof LogEntry.Mark mark && mark.name().startsWith(Recording.STEP));
    String begun = tellsSteps ? "as the update began" : "while the update ran";
    int epoch = 1;
    momentOf[0] = moment;
    epochOf[0] = epoch;
    for (LogEntry entry : log.entries()) {
      int state = entry.index() + 1;
      moment = momentAfter(entry, moment, begun);
      while (epoch < epochs
          && allEpochs.get(epoch - 1).flushed()
          && allEpochs.get(epoch - 1).endEntry() < state) {
        epoch++;
      }
      epochOf[state] = epoch;
      momentOf[state] = moment;
    }
  }

  private static String momentAfter(LogEntry entry, String before, String begun) {
    if (!(entry instanceof LogEntry.Mark mark)) {
      return before;
    }
    if (mark.name().startsWith(Recording.STEP)) {
      return "in " + mark.name().replaceFirst(": (.*)", " ($1)");
    }
    return switch (mark.name()) {
      case Recording.BEGINS -> begun;
      case Recording.REPORTED -> "after the update had reported success";
      default -> before; // the end of the recording says nothing about the update
    };
  }

  /**
   * E.g. "power lost after 204 of 459 entries, in epoch 7 of 40, in step 4 (proving the image)"; of
   * a state of an epoch in flight the latest moment, and what of the epoch is there.
   */
  public String of(CrashState state) {
    return state instanceof CrashState.Prefix(int entries)
        ? ofPrefix(entries)
        : ofPart(state, states.epoch(state), states.arrived(state));
  }

  private String ofPrefix(int entries) {
    int all = log.entries().size();
    if (entries == all) {
      return String.format(Locale.ROOT, "power lost after all %,d entries", all);
    }
    return String.format(
        Locale.ROOT,
        "power lost %s, in epoch %,d of %,d, %s",
        entries == 0
            ? String.format(Locale.ROOT, "before the first of %,d entries", all)
            : String.format(Locale.ROOT, "after %,d of %,d entries", entries, all),
        epochOf[entries],
        epochs,
        momentOf[entries]);
  }

  private String ofPart(CrashState state, Epoch epoch, ArrivedWrites arrived) {
    return String.format(
        Locale.ROOT,
        "power lost in epoch %,d of %,d, %s, %s",
        epoch.number() + 1,
        epochs,
        momentOf[arrived.issued()],
        part(state, epoch.changes().size(), arrived));
  }

  private String part(CrashState state, int all, ArrivedWrites arrived) {
    int there = arrived.changes().size();
    if (there == 0) {
      return all == 1 ? "without its only write" : count("with none of its %,d writes", all);
    }
    return switch (state) {
      case CrashState.Dropped(int write) ->
          count("with all of its %,d writes", all) + " but " + named(write);
      case CrashState.Kept(int write) ->
          count("with none of its %,d writes", all) + " but " + named(write);
      case CrashState.Torn torn ->
          "with %s of %s%s"
              .formatted(
                  bytes(torn, arrived),
                  named(torn.write()),
                  all == 1 ? ", its only one" : count(" and all others of its %,d writes", all));
      case CrashState.Prefix _, CrashState.Subset _, CrashState.Lost _ ->
          String.format(Locale.ROOT, "with %,d of its %,d writes", there, all);
    };
  }

  private static String count(String text, int number) {
    return String.format(Locale.ROOT, text, number);
  }

  private static String bytes(CrashState.Torn torn, ArrivedWrites arrived) {
    long there =
        arrived.changes().stream()
            .filter(change -> change.index() == torn.write())
            .mapToLong(LogEntry.Change::length)
            .sum();
    return String.format(
        Locale.ROOT,
        "%,d bytes (from byte %,d on)",
        there,
        (long) torn.firstUnit() * torn.unitBytes());
  }

  /** E.g. "entry 204", as the state without it is {@code dropped:204}. */
  public String named(int entry) {
    return String.format(
        Locale.ROOT,
        log.entries().get(entry) instanceof LogEntry.Discard ? "entry %,d, a discard" : "entry %,d",
        entry);
  }

  /** How many entries of the log had been issued. */
  public int issued(CrashState state) {
    return states.arrived(state).issued();
  }
}

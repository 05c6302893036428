package io.github.containersnap.gate.report;

import io.github.containersnap.harness.experiment.Recording;
import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.crash.CrashStates;
import io.github.containersnap.loopback.log.Epoch;
import io.github.containersnap.loopback.log.LogEntry;
import io.github.containersnap.loopback.log.WriteLog;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Names crash states by their moments, so that the state at the same moment of another recording
 * has the same name. A moment is counted within its step of the update: epochs from the step's
 * beginning, writes from the epoch's. A write more in one step so renames no state of another. No
 * two states of a log have the same name.
 */
final class StableNames {
  private static final String BEFORE = "before the update";

  private final CrashStates states;
  private final int entries;
  private final Moment[] moments;

  /**
   * A place in a step.
   *
   * @param step the step, in words
   * @param flushes how many flushes of the step have ended
   * @param writes how many writes and discards came after the last of these
   */
  private record Moment(String step, int flushes, int writes) {
    String ofPrefix() {
      if (writes > 0) {
        return "%s, epoch %d, after write %d".formatted(step, flushes + 1, writes);
      }
      return flushes == 0
          ? step + ", at its beginning"
          : "%s, after flush %d".formatted(step, flushes);
    }

    /** The epoch; and the write that comes next. */
    String ofNextWrite() {
      return "%s, epoch %d, write %d".formatted(step, flushes + 1, writes + 1);
    }
  }

  /** The names of the states of a log. */
  StableNames(WriteLog log) {
    this.states = CrashStates.of(log);
    this.entries = log.entries().size();
    this.moments = new Moment[entries + 1];
    Map<String, Integer> seen = new HashMap<>();
    Moment now = new Moment(BEFORE, 0, 0);
    moments[0] = now;
    for (LogEntry entry : log.entries()) {
      now =
          switch (entry) {
            case LogEntry.Mark mark -> new Moment(step(mark.name(), seen), 0, 0);
            case LogEntry.Flush _ -> new Moment(now.step(), now.flushes() + 1, 0);
            case LogEntry.Change _ -> new Moment(now.step(), now.flushes(), now.writes() + 1);
          };
      moments[entry.index() + 1] = now;
    }
  }

  /** A step that comes again is another one. */
  private static String step(String mark, Map<String, Integer> seen) {
    String name =
        mark.startsWith(Recording.STEP)
            ? mark.replaceFirst(": (.*)", " ($1)")
            : switch (mark) {
              case Recording.BEGINS -> "as the update begins";
              case Recording.REPORTED -> "after success was reported";
              default -> mark;
            };
    int times = seen.merge(name, 1, Integer::sum);
    return times == 1 ? name : "%s, time %d".formatted(name, times);
  }

  /** E.g. "step 4 (proving the image), epoch 2, after write 3". */
  String of(CrashState state) {
    return switch (state) {
      case CrashState.Prefix(int place) ->
          place == 0
              ? BEFORE
              : place == entries ? "after the last write" : moments[place].ofPrefix();
      case CrashState.Dropped(int write) -> moments[write].ofNextWrite() + " lost";
      case CrashState.Kept(int write) -> moments[write].ofNextWrite() + " alone kept";
      case CrashState.Torn(int write, int first, int last, int bytes) ->
          "%s torn: only units %d to %d, of %d bytes, arrived"
              .formatted(moments[write].ofNextWrite(), first, last, bytes);
      case CrashState.Subset(int _, long seed) ->
          "the epoch that begins at %s: random part %d".formatted(begin(state), seed);
      case CrashState.Lost lost -> ofLost(lost);
    };
  }

  private String ofLost(CrashState.Lost lost) {
    List<Integer> changes = states.epoch(lost).changes().stream().map(LogEntry::index).toList();
    int kept = changes.size() - lost.writes().size();
    boolean last = changes.subList(kept, changes.size()).equals(List.copyOf(lost.writes()));
    return "the epoch that begins at %s: %s"
        .formatted(
            begin(lost),
            last
                ? "the last %d of its writes lost".formatted(lost.writes().size())
                : "lost are "
                    + lost.writes().stream().map(each -> changes.indexOf(each) + 1).toList());
  }

  private String begin(CrashState state) {
    Epoch epoch = states.epoch(state);
    return moments[epoch.changes().getFirst().index()].ofNextWrite();
  }
}

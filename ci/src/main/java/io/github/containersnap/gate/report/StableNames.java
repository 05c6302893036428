package io.github.containersnap.gate.report;

import io.github.containersnap.harness.experiment.Recording;
import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.log.LogEntry;
import io.github.containersnap.loopback.log.WriteLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Names crash states by their moments, so that the state at the same moment of another recording
 * has the same name. A moment is counted within its step of the update: epochs from the step's
 * beginning, writes from the epoch's. A write more in one step so renames no state of another. No
 * two states of a log have the same name.
 */
public final class StableNames {
  private static final String BEFORE = "before the update";
  private static final String FLUSH = "f";
  private static final String MARK = "k";

  private final List<String> kinds;
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
    this(
        log.entries().stream().map(StableNames::kind).toList(),
        log.entries().stream()
            .filter(LogEntry.Mark.class::isInstance)
            .map(LogEntry.Mark.class::cast)
            .collect(Collectors.toMap(LogEntry.Mark::index, LogEntry.Mark::name)));
  }

  /**
   * The names of the states of a log as {@code result.json} has it.
   *
   * @param kinds the kind of each entry ({@link LogSequence#kinds})
   * @param marks the names of the marks, by their places
   */
  public StableNames(List<String> kinds, Map<Integer, String> marks) {
    this.kinds = kinds;
    this.moments = new Moment[kinds.size() + 1];
    Map<String, Integer> seen = new HashMap<>();
    Moment now = new Moment(BEFORE, 0, 0);
    moments[0] = now;
    for (int entry = 0; entry < kinds.size(); entry++) {
      now =
          switch (kinds.get(entry)) {
            case MARK -> new Moment(step(marks.getOrDefault(entry, "a mark"), seen), 0, 0);
            case FLUSH -> new Moment(now.step(), now.flushes() + 1, 0);
            default -> new Moment(now.step(), now.flushes(), now.writes() + 1);
          };
      moments[entry + 1] = now;
    }
  }

  private static String kind(LogEntry entry) {
    return switch (entry) {
      case LogEntry.Mark _ -> MARK;
      case LogEntry.Flush _ -> FLUSH;
      case LogEntry.Change _ -> "d";
    };
  }

  /** The step of the update that an entry of the log belongs to, in words. */
  public String stepAt(int entry) {
    return moments[Math.min(entry + 1, kinds.size())].step();
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
  public String of(CrashState state) {
    return switch (state) {
      case CrashState.Prefix(int place) ->
          place == 0
              ? BEFORE
              : place == kinds.size() ? "after the last write" : moments[place].ofPrefix();
      case CrashState.Dropped(int write) -> moments[write].ofNextWrite() + " lost";
      case CrashState.Kept(int write) -> moments[write].ofNextWrite() + " alone kept";
      case CrashState.Torn(int write, int first, int last, int bytes) ->
          "%s torn: only units %d to %d, of %d bytes, arrived"
              .formatted(moments[write].ofNextWrite(), first, last, bytes);
      case CrashState.Subset(int epoch, long seed) ->
          "the epoch that begins at %s: random part %d".formatted(begin(epoch), seed);
      case CrashState.Lost lost -> ofLost(lost);
    };
  }

  private String ofLost(CrashState.Lost lost) {
    List<Integer> changes = changes(lost.epoch());
    int kept = changes.size() - lost.writes().size();
    boolean last =
        kept >= 0 && changes.subList(kept, changes.size()).equals(List.copyOf(lost.writes()));
    return "the epoch that begins at %s: %s"
        .formatted(
            begin(lost.epoch()),
            last
                ? "the last %d of its writes lost".formatted(lost.writes().size())
                : "lost are "
                    + lost.writes().stream().map(each -> changes.indexOf(each) + 1).toList());
  }

  /** The entries of an epoch that change the disk. */
  private List<Integer> changes(int first) {
    List<Integer> changes = new ArrayList<>();
    for (int entry = first; entry < kinds.size() && !kinds.get(entry).equals(FLUSH); entry++) {
      if (!kinds.get(entry).equals(MARK)) {
        changes.add(entry);
      }
    }
    return changes;
  }

  private String begin(int epoch) {
    List<Integer> changes = changes(epoch);
    return moments[changes.isEmpty() ? epoch : changes.getFirst()].ofNextWrite();
  }
}

package io.github.containersnap.oracle;

import io.github.containersnap.loopback.log.LogEntry;
import io.github.containersnap.loopback.log.WriteLog;
import io.github.containersnap.loopback.state.Fingerprint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * The crash states that are to be checked.
 *
 * @param total how many the log has of the wanted kind
 * @param distinct how many of those differ in content
 * @param chosen those to check, in the order of the log: all distinct ones, or a sample of them
 */
public record StateSet(int total, int distinct, List<CrashState> chosen) {
  /** Which prefixes of the log become crash states. */
  public enum Kind {
    /** Those that end at a flush, and the whole log. */
    FLUSH,
    /** Every one. */
    WRITE
  }

  /**
   * The states of a log. Of states with the same content the first is taken, but a state after
   * success was reported is never taken for one before: more is asked of it.
   *
   * @param fingerprints the content of every prefix, by number of entries
   * @param reportedAt the index from which on success has been reported
   */
  public static StateSet of(
      WriteLog log, List<Fingerprint> fingerprints, Kind kind, int reportedAt) {
    List<CrashState> distinct = new ArrayList<>();
    Set<Object> seen = new HashSet<>();
    int total = 0;
    for (int entries = 0; entries < fingerprints.size(); entries++) {
      if (!wanted(log, kind, entries, fingerprints.size() - 1)) {
        continue;
      }
      total++;
      if (seen.add(List.of(fingerprints.get(entries), entries > reportedAt))) {
        distinct.add(new CrashState(entries));
      }
    }
    return new StateSet(total, distinct.size(), List.copyOf(distinct));
  }

  private static boolean wanted(WriteLog log, Kind kind, int entries, int last) {
    if (entries == 0 || entries == last) {
      return true;
    }
    LogEntry before = log.entries().get(entries - 1);
    return switch (kind) {
      case FLUSH -> before instanceof LogEntry.Flush;
      case WRITE -> !(before instanceof LogEntry.Mark);
    };
  }

  /** A sample of at most {@code size} of the chosen states, the same for the same seed. */
  public StateSet sample(int size, long seed) {
    List<CrashState> shuffled = new ArrayList<>(chosen);
    Collections.shuffle(shuffled, new Random(seed));
    List<CrashState> sample =
        shuffled.subList(0, Math.min(size, shuffled.size())).stream().sorted().toList();
    return new StateSet(total, distinct, sample);
  }
}

package io.github.containersnap.harness.sweep;

import io.github.containersnap.harness.experiment.Recording;
import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.crash.CrashStates;
import io.github.containersnap.loopback.crash.Fingerprint;
import io.github.containersnap.loopback.crash.StateFingerprints;
import io.github.containersnap.loopback.log.Epoch;
import io.github.containersnap.loopback.log.LogEntry;
import io.github.containersnap.loopback.log.WriteLog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * The crash states that are to be checked.
 *
 * @param families how many states the log has of each wanted kind
 * @param distinct how many of all those differ in content
 * @param chosen those to check, in the order of a report: all distinct ones, or a sample of them
 */
public record SelectedStates(
    Map<CrashState.Family, Integer> families, int distinct, List<CrashState> chosen) {

  public SelectedStates {
    families = Collections.unmodifiableMap(new EnumMap<>(families));
    chosen = List.copyOf(chosen);
  }

  /** Which states of the log become crash states (DESIGN §8). */
  public enum Kind {
    /** Prefixes that end at a flush, and the whole log (a). */
    FLUSH,
    /** Every prefix (b). */
    WRITE,
    /** Every prefix, parts of each epoch in flight (c), and torn writes (d). */
    ALL
  }

  /**
   * The states of a recorded update.
   *
   * @param choice which states of the epochs in flight, if {@code kind} asks for them
   */
  public static SelectedStates of(Recording recording, Kind kind, CrashStates.Choice choice) {
    return of(recording.log(), recording.base().image(), kind, choice, recording.reportedAt());
  }

  /**
   * The states of a log. Of states with the same content the first is taken, but a state that the
   * machine can be in after success was reported is never taken for one before: more is asked of
   * it.
   *
   * @param base the disk before the recording
   * @param choice which states of the epochs in flight, if {@code kind} asks for them
   * @param reportedAt the index from which on success has been reported
   */
  public static SelectedStates of(
      WriteLog log, Path base, Kind kind, CrashStates.Choice choice, int reportedAt) {
    CrashStates states = CrashStates.of(log);
    List<CrashState> all =
        new ArrayList<>(states.prefixes().filter(state -> wanted(log, kind, state)).toList());
    if (kind == Kind.ALL) {
      for (Epoch epoch : states.epochs()) {
        states.inFlight(epoch, choice).forEach(all::add);
        if (epoch.firstEntry() <= reportedAt && reportedAt < epoch.endEntry()) {
          states.lostTails(epoch).forEach(all::add);
        }
      }
      Collections.sort(all);
    }
    Map<CrashState, Fingerprint> fingerprints = StateFingerprints.of(base, log, all);
    Map<CrashState.Family, Integer> families = new EnumMap<>(CrashState.Family.class);
    List<CrashState> distinct = new ArrayList<>();
    Set<Object> seen = new HashSet<>();
    for (CrashState state : all) {
      families.merge(state.family(), 1, Integer::sum);
      boolean reported = states.arrived(state).issued() > reportedAt;
      if (seen.add(List.of(fingerprints.get(state), reported))) {
        distinct.add(state);
      }
    }
    return new SelectedStates(families, distinct.size(), distinct);
  }

  private static boolean wanted(WriteLog log, Kind kind, CrashState prefix) {
    int entries = prefix.place();
    if (entries == 0 || entries == log.entries().size()) {
      return true;
    }
    LogEntry before = log.entries().get(entries - 1);
    return switch (kind) {
      case FLUSH -> before instanceof LogEntry.Flush;
      case WRITE, ALL -> !(before instanceof LogEntry.Mark);
    };
  }

  /** How many states the log has of the wanted kinds. */
  public int total() {
    return families.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** How many of a family. */
  public int total(CrashState.Family family) {
    return families.getOrDefault(family, 0);
  }

  /** A sample of at most {@code size} of the chosen states, the same for the same seed. */
  public SelectedStates sample(int size, long seed) {
    List<CrashState> shuffled = new ArrayList<>(chosen);
    Collections.shuffle(shuffled, new Random(seed));
    List<CrashState> sample =
        shuffled.subList(0, Math.min(size, shuffled.size())).stream().sorted().toList();
    return new SelectedStates(families, distinct, sample);
  }
}

package io.github.containersnap.gate.report;

import io.github.containersnap.loopback.crash.CrashState;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the map of a result back: each state with its verdict and class. Takes a map that was found
 * to name only what there is; what is left to be wrong with it is an exception with a part of a
 * sentence.
 */
public final class MapReader {
  private static final Pattern RUN =
      Pattern.compile(
          "([0-9]{1,9})(?:-([0-9]{1,9}))?(?::([0-9,-]+))?=([onu]|v[0-9]{1,9}\\.)([0-9]*)");

  private final StateMap map;
  private final SortedMap<CrashState, Entry> entries = new TreeMap<>();

  private MapReader(StateMap map) {
    this.map = map;
  }

  /** What a state came to. */
  public enum Outcome {
    OLD,
    NEW,
    UNKNOWN,
    VIOLATED
  }

  /**
   * A state of the map.
   *
   * @param outcome what it came to
   * @param classNumber its class, from 1; 0 if it is in none
   * @param failure if it is violated, which of the map's failures it shows, from 0; else -1
   */
  public record Entry(Outcome outcome, int classNumber, int failure) {}

  /**
   * All states of a map.
   *
   * @throws IllegalArgumentException if it has a state twice, or one that there cannot be
   */
  public static SortedMap<CrashState, Entry> entries(StateMap map) {
    MapReader reader = new MapReader(map);
    map.states().forEach(reader::family);
    return reader.entries;
  }

  private void family(String family, String runs) {
    for (String run : runs.split(" ", -1)) {
      Matcher matcher = RUN.matcher(run);
      if (!matcher.matches()) {
        throw new IllegalArgumentException("it has a run of states that is none");
      }
      int first = Integer.parseInt(matcher.group(1));
      int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
      String within = matcher.group(3) == null ? "" : matcher.group(3);
      Entry entry =
          new Entry(
              outcome(matcher.group(4)),
              matcher.group(5).isEmpty() ? 0 : Integer.parseInt(matcher.group(5)),
              failure(matcher.group(4)));
      for (int place = first; place <= last; place++) {
        for (String address : addresses(family, place, within)) {
          add(address, entry);
        }
      }
    }
  }

  private static Outcome outcome(String code) {
    return switch (code) {
      case StateRuns.OLD -> Outcome.OLD;
      case StateRuns.NEW -> Outcome.NEW;
      case StateRuns.UNKNOWN -> Outcome.UNKNOWN;
      default -> Outcome.VIOLATED;
    };
  }

  private static int failure(String code) {
    return code.length() == 1 ? -1 : Integer.parseInt(code.substring(1, code.length() - 1));
  }

  private List<String> addresses(String family, int place, String within) {
    return switch (family) {
      case "subset" -> {
        String[] numbers = within.split("-", 2);
        int from = Integer.parseInt(numbers[0]);
        int to = Integer.parseInt(numbers[numbers.length - 1]);
        yield map.seeds().subList(from, to + 1).stream()
            .map(seed -> "subset:%d:%d".formatted(place, seed))
            .toList();
      }
      case "torn" -> {
        String[] ways = map.tears().get(Integer.parseInt(within)).split(":", 2);
        yield List.of(ways[1].split(",", -1)).stream()
            .map(units -> "torn:%d:%s:%s".formatted(place, units, ways[0]))
            .toList();
      }
      case "lost" -> List.of("lost:%d:%s".formatted(place, within));
      default -> List.of(family + ":" + place);
    };
  }

  private void add(String address, Entry entry) {
    if (entries.put(CrashState.parse(address), entry) != null) {
      throw new IllegalArgumentException("it has the state %s twice".formatted(address));
    }
  }

  /** The row of a class. */
  public static StateMap.Row row(StateMap map, Entry entry) {
    return map.classes().get(entry.classNumber() - 1);
  }

  /** How many states each outcome has. */
  public static Map<Outcome, Long> count(SortedMap<CrashState, Entry> entries) {
    return entries.values().stream()
        .collect(
            java.util.stream.Collectors.groupingBy(
                Entry::outcome, java.util.stream.Collectors.counting()));
  }
}

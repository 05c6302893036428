package io.github.containersnap.gate.report;

import io.github.containersnap.loopback.crash.CrashState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes states with their codes as text, neighbours that have the same code as one run. Runs are
 * separated by spaces; each is places, an equals sign and a code.
 *
 * <pre>
 * prefix, dropped, kept   A or A-B: these entries of the log
 * subset                  E:S or E:S-T: the epoch that begins at entry E, these numbers of seeds
 * torn                    A:T or A-B:T: these entries, each torn in all ways of number T
 * lost                    E:WRITES, as in the address of such a state
 *
 * code                    o old, n new, u unknown, vF. violates the failure of number F;
 *                         then the number of the class, from 1, if the state is in one
 * </pre>
 *
 * <p>{@code 0-12=o1 13-40=v0.2} are thirteen states of class 1 that boot the old system and 28 of
 * class 2 that show the first failure.
 */
final class StateRuns {
  static final String OLD = "o";
  static final String NEW = "n";
  static final String UNKNOWN = "u";
  private static final String VIOLATED = "v";

  private final List<Long> seeds = new ArrayList<>();
  private final Map<Long, Integer> seedNumbers = new LinkedHashMap<>();
  private final Map<String, Integer> tears = new LinkedHashMap<>();
  private final Map<String, List<Run>> families = new LinkedHashMap<>();
  private final List<CrashState.Torn> torn = new ArrayList<>();
  private Code tornAs = Code.of(UNKNOWN, 0);

  /**
   * The code of a state.
   *
   * @param text as it is written
   */
  record Code(String text) {
    /** Of a state without a violation. */
    static Code of(String verdict, int classNumber) {
      return new Code(verdict + number(classNumber));
    }

    static Code violated(int failure, int classNumber) {
      return new Code(VIOLATED + failure + "." + number(classNumber));
    }

    private static String number(int classNumber) {
      return classNumber == 0 ? "" : String.valueOf(classNumber);
    }
  }

  /** What comes before the numbers that run, the first and last of these, what comes after. */
  private record Run(String before, long first, long last, String after, Code code) {
    boolean continues(Run next) {
      return before.equals(next.before)
          && after.equals(next.after)
          && code.equals(next.code)
          && last + 1 == next.first;
    }

    String text() {
      return "%s%s%s=%s"
          .formatted(before, first == last ? "" + first : first + "-" + last, after, code.text());
    }
  }

  /** Adds a state; the states of a family come in the order of a report. */
  void add(CrashState state, Code code) {
    if (state instanceof CrashState.Torn next) {
      add(next, code);
      return;
    }
    addTorn();
    switch (state) {
      case CrashState.Prefix(int entries) -> add(state.family(), "", entries, "", code);
      case CrashState.Dropped(int write) -> add(state.family(), "", write, "", code);
      case CrashState.Kept(int write) -> add(state.family(), "", write, "", code);
      case CrashState.Subset(int epoch, long seed) ->
          add(state.family(), epoch + ":", number(seed), "", code);
      case CrashState.Lost lost ->
          add(
              state.family(),
              "",
              lost.epoch(),
              lost.toString().substring("lost:".length() + ("" + lost.epoch()).length()),
              code);
      case CrashState.Torn _ -> throw new IllegalStateException("collected before");
    }
  }

  /** All tears of one write with one code are one place. */
  private void add(CrashState.Torn next, Code code) {
    if (!torn.isEmpty() && (torn.getLast().write() != next.write() || !tornAs.equals(code))) {
      addTorn();
    }
    torn.add(next);
    tornAs = code;
  }

  private void addTorn() {
    if (torn.isEmpty()) {
      return;
    }
    String ways =
        torn.getFirst().unitBytes()
            + ":"
            + torn.stream()
                .map(each -> each.firstUnit() + "-" + each.lastUnit())
                .collect(Collectors.joining(","));
    int number = tears.computeIfAbsent(ways, _ -> tears.size());
    add(CrashState.Family.TORN, "", torn.getFirst().write(), ":" + number, tornAs);
    torn.clear();
  }

  private int number(long seed) {
    return seedNumbers.computeIfAbsent(
        seed,
        _ -> {
          seeds.add(seed);
          return seeds.size() - 1;
        });
  }

  private void add(CrashState.Family family, String before, long place, String after, Code code) {
    List<Run> runs =
        families.computeIfAbsent(family.name().toLowerCase(Locale.ROOT), _ -> new ArrayList<>());
    Run next = new Run(before, place, place, after, code);
    if (!runs.isEmpty() && runs.getLast().continues(next)) {
      Run last = runs.removeLast();
      runs.add(new Run(before, last.first(), place, after, code));
    } else {
      runs.add(next);
    }
  }

  List<Long> seeds() {
    return List.copyOf(seeds);
  }

  List<String> tears() {
    return List.copyOf(tears.keySet());
  }

  /** The runs of each family, by its name in lower case. */
  Map<String, String> texts() {
    addTorn();
    Map<String, String> texts = new LinkedHashMap<>();
    families.forEach(
        (family, runs) ->
            texts.put(family, runs.stream().map(Run::text).collect(Collectors.joining(" "))));
    return texts;
  }
}

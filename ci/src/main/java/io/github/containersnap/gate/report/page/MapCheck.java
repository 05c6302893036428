package io.github.containersnap.gate.report.page;

import io.github.containersnap.gate.report.LogSequence;
import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.report.StateMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks that the map of a result names only what there is, so that a page can be made of it. */
final class MapCheck {
  private static final int MOST_ENTRIES = 4_000_000;
  private static final Pattern RUN =
      Pattern.compile(
          "(?<first>[0-9]{1,9})(?:-(?<last>[0-9]{1,9}))?(?::(?<within>[0-9][0-9,-]*))?"
              + "=(?:[onu]|v(?<failure>[0-9]{1,9})\\.)(?<class>[0-9]{1,9})?");
  private static final Pattern NUMBERS = Pattern.compile("([0-9]{1,9})(?:-([0-9]{1,9}))?");
  private static final Pattern TEARS =
      Pattern.compile("[0-9]{1,9}:[0-9]{1,9}-[0-9]{1,9}(?:,[0-9]{1,9}-[0-9]{1,9})*");

  private final ResultJson result;

  MapCheck(ResultJson result) {
    this.result = result;
  }

  /**
   * Checks it; an older result, which has no map, is right.
   *
   * @throws IllegalArgumentException if it is not right; the message is the part of a sentence
   */
  void require() {
    StateMap map = result.map();
    String sequence = result.log().sequence();
    if (map == null || sequence == null || result.log().marks() == null) {
      return;
    }
    List<String> kinds = LogSequence.kinds(sequence, MOST_ENTRIES);
    require(kinds.size() == result.disk().logEntries(), "the log has another number of entries");
    require(
        result.log().marks().stream()
            .allMatch(mark -> mark.entry() >= 0 && mark.entry() < kinds.size()),
        "a mark lies outside the log");
    require(
        map.failures().stream()
            .flatMap(List::stream)
            .allMatch(fault -> fault >= 0 && fault < result.faults().size()),
        "a failure names a fault that is not in the list");
    require(
        map.tears().stream().allMatch(each -> TEARS.matcher(each).matches()),
        "it tears a write in a way that there is not");
    long states =
        map.states().entrySet().stream().mapToLong(each -> count(each, map, kinds.size())).sum();
    require(
        states == result.states().checked(),
        "it has %,d states, and %,d were checked".formatted(states, result.states().checked()));
  }

  private static long count(Map.Entry<String, String> family, StateMap map, int entries) {
    long states = 0;
    for (String run : family.getValue().split(" ", -1)) {
      Matcher matcher = RUN.matcher(run);
      require(matcher.matches(), "it has a run of states that is none");
      require(number(matcher, "failure") < Math.max(1, map.failures().size()), "a failure lacks");
      require(number(matcher, "class") <= map.classes().size(), "a class lacks");
      long first = number(matcher, "first");
      long last = matcher.group("last") == null ? first : number(matcher, "last");
      require(first <= last && last <= entries, "a state lies outside the log");
      states += (last - first + 1) * within(family.getKey(), matcher.group("within"), map);
    }
    return states;
  }

  private static long within(String family, @Nullable String text, StateMap map) {
    return switch (family) {
      case "prefix", "dropped", "kept" -> {
        require(text == null, "a state has a part too many");
        yield 1;
      }
      case "lost" -> {
        require(text != null, "a state does not say what was lost");
        yield 1;
      }
      case "subset", "torn" -> {
        Matcher numbers = NUMBERS.matcher(String.valueOf(text));
        require(numbers.matches(), "a state lacks a part");
        int first = Integer.parseInt(numbers.group(1));
        int last = numbers.group(2) == null ? first : Integer.parseInt(numbers.group(2));
        boolean torn = family.equals("torn");
        int most = torn ? map.tears().size() : map.seeds().size();
        require(first <= last && last < most, "a state names a part that is not in the list");
        yield torn ? map.tears().get(first).split(",", -1).length : last - first + 1;
      }
      default -> throw new IllegalArgumentException("it has a family of states that is none");
    };
  }

  private static int number(Matcher matcher, String group) {
    String text = matcher.group(group);
    return text == null ? 0 : Integer.parseInt(text);
  }

  private static void require(boolean right, String why) {
    if (!right) {
      throw new IllegalArgumentException(why);
    }
  }
}

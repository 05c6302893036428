package io.github.containersnap.gate.report.page;

import io.github.containersnap.gate.report.StateMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The map of a result with each view of a reader named once: classes may be many, and their roots
 * have long names. The runs of states are shorter, too: each begins with how far its first place is
 * from the last one of the run before, and after a hyphen how many places follow.
 *
 * @param readers what readers of the disk take for the default
 * @param classes each the address of its first state, its number of states, what it boots, what
 *     from then on, the number of what the boot loader sees, and of what the kernel sees
 */
record CompactMap(
    List<StateMap.Reader> readers,
    List<List<@Nullable Object>> classes,
    List<List<Integer>> failures,
    List<Long> seeds,
    List<String> tears,
    Map<String, String> states) {
  private static final Pattern PLACES = Pattern.compile("(?<![^ ])([0-9]+)(?:-([0-9]+))?");

  static CompactMap of(StateMap map) {
    Map<StateMap.Reader, Integer> readers = new LinkedHashMap<>();
    List<List<@Nullable Object>> classes = new ArrayList<>();
    for (StateMap.Row row : map.classes()) {
      classes.add(
          Arrays.asList(
              row.first(),
              row.states(),
              row.boots(),
              row.afterwards(),
              readers.computeIfAbsent(row.loader(), _ -> readers.size()),
              readers.computeIfAbsent(row.kernel(), _ -> readers.size())));
    }
    return new CompactMap(
        List.copyOf(readers.keySet()),
        classes,
        map.failures(),
        map.seeds(),
        map.tears(),
        map.states().entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    each -> relative(each.getValue()),
                    (one, _) -> one,
                    LinkedHashMap::new)));
  }

  /** {@code 5-9=o1 10=o2 14:3=o2} becomes {@code 5-4=o1 1=o2 4:3=o2}. */
  private static String relative(String runs) {
    long last = 0;
    StringBuilder text = new StringBuilder();
    Matcher places = PLACES.matcher(runs);
    while (places.find()) {
      long from = Long.parseLong(places.group(1));
      long to = places.group(2) == null ? from : Long.parseLong(places.group(2));
      places.appendReplacement(
          text, to == from ? "" + (from - last) : from - last + "-" + (to - from));
      last = to;
    }
    return places.appendTail(text).toString();
  }
}

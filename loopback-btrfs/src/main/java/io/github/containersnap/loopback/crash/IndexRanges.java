package io.github.containersnap.loopback.crash;

import java.util.SortedSet;
import java.util.StringJoiner;
import java.util.TreeSet;

/** Lists of indexes as people write them: {@code 3,7-9}. */
final class IndexRanges {
  /** No epoch has nearly as many writes, and a short text must not fill the memory. */
  private static final int MOST = 1 << 20;

  private IndexRanges() {}

  static void requireIndex(long number) {
    if (number < 0) {
      throw new IllegalArgumentException("%d is no index: it is negative".formatted(number));
    }
  }

  /** The shortest such list. */
  static String ranges(SortedSet<Integer> numbers) {
    StringJoiner all = new StringJoiner(",");
    Integer first = null;
    int last = 0;
    for (int number : numbers) {
      if (first != null && number != last + 1) {
        all.add(range(first, last));
        first = null;
      }
      first = first == null ? (Integer) number : first;
      last = number;
    }
    return first == null ? "" : all.add(range(first, last)).toString();
  }

  private static String range(int first, int last) {
    return first == last ? String.valueOf(first) : first + "-" + last;
  }

  /**
   * Reads such a list, in ascending order: no number comes twice, so that the list is not longer
   * than what it names.
   *
   * @throws IllegalArgumentException if it is none, or names absurdly many numbers
   */
  static SortedSet<Integer> parse(String list) {
    SortedSet<Integer> numbers = new TreeSet<>();
    for (String range : list.split(",", -1)) {
      int dash = range.indexOf('-');
      int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
      int last = dash < 0 ? first : Integer.parseInt(range.substring(dash + 1));
      if (last < first || (!numbers.isEmpty() && first <= numbers.last())) {
        throw new IllegalArgumentException("%s is not in ascending order".formatted(range));
      }
      if ((long) last - first >= MOST - numbers.size()) {
        throw new IllegalArgumentException("%s names too many entries".formatted(range));
      }
      for (long number = first; number <= last; number++) { // an int never exceeds the highest int
        numbers.add((int) number);
      }
    }
    return numbers;
  }
}

package io.github.containersnap.gate.shard;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which shard does which of several pieces of work that are not divided themselves. The largest
 * comes first, and each goes to the shard with the least to do; every machine divides them alike.
 */
public final class WholeParts {
  private WholeParts() {}

  /**
   * The pieces of a shard, perhaps none.
   *
   * @param sizes how large each is, by its name
   */
  public static Set<String> of(Map<String, Integer> sizes, Shard shard) {
    long[] loads = new long[shard.count()];
    Set<String> own = new HashSet<>();
    List<Map.Entry<String, Integer>> largestFirst =
        sizes.entrySet().stream()
            .sorted(
                Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .toList();
    for (Map.Entry<String, Integer> piece : largestFirst) {
      int least = 0;
      for (int each = 1; each < loads.length; each++) {
        if (loads[each] < loads[least]) {
          least = each;
        }
      }
      loads[least] += piece.getValue();
      if (least == shard.index() - 1) {
        own.add(piece.getKey());
      }
    }
    return own;
  }
}

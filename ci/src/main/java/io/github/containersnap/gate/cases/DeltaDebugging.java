package io.github.containersnap.gate.cases;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Delta debugging (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input",
 * 2002, algorithm ddmin) over the writes that are lost.
 */
final class DeltaDebugging {
  private final Predicate<Set<Integer>> fails;

  /** Looks for the fewest lost writes for which {@code fails} is still true. */
  DeltaDebugging(Predicate<Set<Integer>> fails) {
    this.fails = fails;
  }

  /**
   * A part of {@code lost} that fails, and of which no single write can be left out.
   *
   * @param lost fails, and is not empty
   */
  Set<Integer> of(Set<Integer> lost) {
    List<Integer> left = new ArrayList<>(lost);
    int parts = 2;
    while (left.size() > 1) {
      List<List<Integer>> chunks = split(left, parts);
      List<Integer> smaller = smaller(left, chunks);
      if (smaller.size() < left.size()) {
        parts = chunks.contains(smaller) ? 2 : Math.max(2, parts - 1);
        left = smaller;
      } else if (parts >= left.size()) {
        break;
      } else {
        parts = Math.min(left.size(), 2 * parts);
      }
    }
    return new LinkedHashSet<>(left);
  }

  /** A chunk that fails alone, else the rest of one that is not needed, else all. */
  private List<Integer> smaller(List<Integer> all, List<List<Integer>> chunks) {
    for (List<Integer> chunk : chunks) {
      if (fails.test(new LinkedHashSet<>(chunk))) {
        return chunk;
      }
    }
    if (chunks.size() > 2) {
      for (List<Integer> chunk : chunks) {
        List<Integer> rest = all.stream().filter(each -> !chunk.contains(each)).toList();
        if (fails.test(new LinkedHashSet<>(rest))) {
          return rest;
        }
      }
    }
    return all;
  }

  private static List<List<Integer>> split(List<Integer> all, int parts) {
    List<List<Integer>> chunks = new ArrayList<>();
    for (int number = 0; number < parts; number++) {
      int from = (int) ((long) all.size() * number / parts);
      int end = (int) ((long) all.size() * (number + 1) / parts);
      if (from < end) {
        chunks.add(List.copyOf(all.subList(from, end)));
      }
    }
    return chunks;
  }
}

package io.github.containersnap.etc;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whose the numbers are that only the machine gave away. Answers in logarithmic time, since an
 * image may offer very many entries.
 */
final class IdOwners {
  private final List<Owned>
      byFirst; // each with the one of it and its predecessors that reaches farthest

  private record Owned(IdRange range, AccountEntry owner) {}

  private IdOwners(List<Owned> byFirst) {
    this.byFirst = byFirst;
  }

  /** The owners of those numbers in {@code merged} that the same entry of the image has not. */
  static IdOwners ofLocal(Map<String, AccountEntry> merged, AccountTable offered) {
    List<Owned> sorted = new ArrayList<>();
    merged.forEach(
        (name, entry) -> {
          List<IdRange> numbers = entry.numbers();
          if (!offered.get(name).map(AccountEntry::numbers).equals(Optional.of(numbers))) {
            numbers.forEach(range -> sorted.add(new Owned(range, entry)));
          }
        });
    sorted.sort(Comparator.comparingLong(owned -> owned.range().first()));
    List<Owned> reaching = new ArrayList<>(sorted.size());
    for (Owned owned : sorted) {
      boolean shorter =
          !reaching.isEmpty() && reaching.getLast().range().last() >= owned.range().last();
      Owned farthest = shorter ? reaching.getLast() : owned;
      reaching.add(
          new Owned(new IdRange(owned.range().first(), farthest.range().last()), farthest.owner()));
    }
    return new IdOwners(reaching);
  }

  /** Somebody who has a number of {@code wanted}. */
  Optional<AccountEntry> of(IdRange wanted) {
    int low = 0;
    int high = byFirst.size();
    while (low < high) { // those before low begin no later than wanted ends
      int middle = (low + high) >>> 1;
      if (byFirst.get(middle).range().first() <= wanted.last()) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == 0
        ? Optional.empty()
        : Optional.of(byFirst.get(low - 1))
            .filter(owned -> owned.range().last() >= wanted.first())
            .map(Owned::owner);
  }
}

package io.github.containersnap.gate.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class DeltaDebuggingTest {

  private static Set<Integer> upTo(int count) {
    return IntStream.range(0, count).boxed().collect(Collectors.toCollection(TreeSet::new));
  }

  @Property(tries = 300)
  void what_is_needed_together_is_found_and_nothing_else(
      @ForAll @Size(min = 1, max = 5) Set<@IntRange(max = 99) Integer> needed) {
    Set<Integer> found = new DeltaDebugging(some -> some.containsAll(needed)).of(upTo(100));
    assertThat(found).isEqualTo(needed);
  }

  @Property(tries = 300)
  void of_what_is_found_no_single_write_can_be_left_out(
      @ForAll @Size(min = 1, max = 40) Set<@IntRange(max = 60) Integer> lost,
      @ForAll @IntRange(min = 2, max = 7) int divisor) {
    int wanted = lost.stream().mapToInt(each -> each % divisor).sum();
    Set<Integer> found =
        new DeltaDebugging(
                some ->
                    !some.isEmpty()
                        && 2 * some.stream().mapToInt(each -> each % divisor).sum() >= wanted)
            .of(lost);
    assertThat(lost).containsAll(found);
    assertThat(2 * found.stream().mapToInt(each -> each % divisor).sum())
        .isGreaterThanOrEqualTo(wanted);
    for (int each : found) {
      int without = found.stream().mapToInt(one -> one % divisor).sum() - each % divisor;
      assertThat(found.size() == 1 || 2 * without < wanted).isTrue();
    }
  }

  @Test
  void one_of_a_thousand_is_found_in_few_steps() {
    AtomicInteger asked = new AtomicInteger();
    Set<Integer> found =
        new DeltaDebugging(
                some -> {
                  asked.incrementAndGet();
                  return some.contains(777);
                })
            .of(upTo(1000));
    assertThat(found).containsExactly(777);
    assertThat(asked.get()).isLessThan(25);
  }
}

package io.github.containersnap.gate.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SweepEstimateTest {
  private static final int TOTAL = 1000;

  /** A class takes 30 ms, a state 1 ms; each twentieth state of the first half is a new class. */
  private static Duration elapsed(int done) {
    return Duration.ofMillis(done + 30L * classes(done));
  }

  private static int classes(int done) {
    return Math.min(done, TOTAL / 2) / 20;
  }

  @Test
  void states_without_a_new_class_are_not_taken_for_slow_ones() {
    SweepEstimate estimate = new SweepEstimate(TOTAL);
    Optional<Duration> left = Optional.empty();
    for (int done = 1; done <= 700; done++) {
      left = estimate.left(done, classes(done), elapsed(done));
    }

    assertThat(left.orElseThrow()).isBetween(Duration.ofMillis(280), Duration.ofMillis(320));
  }

  @Test
  void the_first_states_say_nothing() {
    SweepEstimate estimate = new SweepEstimate(TOTAL);

    assertThat(estimate.left(5, 1, elapsed(5))).isEmpty();
    assertThat(estimate.left(100, 5, elapsed(100))).isPresent();
  }

  @Test
  void a_sweep_that_is_done_has_nothing_left() {
    assertThat(new SweepEstimate(3).left(3, 2, Duration.ofSeconds(1))).contains(Duration.ZERO);
  }
}

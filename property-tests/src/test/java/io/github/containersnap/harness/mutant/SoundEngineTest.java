package io.github.containersnap.harness.mutant;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.harness.history.Generator;
import io.github.containersnap.harness.history.HistoryResult;
import io.github.containersnap.harness.history.play.Player;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The engine without a fault holds in the first histories of those that catch the mutants. {@code
 * ci/mutation} plays them with engines that PIT has mutated: few at first, which are enough for
 * most.
 */
class SoundEngineTest {
  @ParameterizedTest
  @CsvSource({"1, 10", "11, 50", "51, 150", "151, 400"})
  void holds_in_the_histories_of_these_seeds(long first, long last) {
    for (long seed = first; seed <= last; seed++) {
      // Not Player.SHIPPED, of which one installation serves many histories.
      HistoryResult played = Player.play(Generator.history(seed), machine -> machine, false);
      assertThat(played.violation()).as("seed %d", seed).isEmpty();
    }
  }
}

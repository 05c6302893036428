package io.github.containersnap.gate.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WholePartsTest {
  private static final Map<String, Integer> SIZES =
      Map.of("update", 700, "second-update", 650, "rollback", 90, "pin", 20, "kargs", 90);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 9})
  void each_piece_is_in_one_shard(int count) {
    List<String> all =
        IntStream.rangeClosed(1, count)
            .boxed()
            .flatMap(index -> WholeParts.of(SIZES, new Shard(index, count)).stream())
            .toList();

    assertThat(all).containsExactlyInAnyOrderElementsOf(SIZES.keySet());
  }

  @Test
  void the_largest_are_apart() {
    assertThat(WholeParts.of(SIZES, new Shard(1, 2))).contains("update");
    assertThat(WholeParts.of(SIZES, new Shard(2, 2))).contains("second-update", "kargs");
  }
}

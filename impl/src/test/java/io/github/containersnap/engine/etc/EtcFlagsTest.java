package io.github.containersnap.engine.etc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EtcFlagsTest {
  private static Map<String, Integer> flags(int flags) {
    return flags == 0 ? Map.of() : Map.of("f", flags);
  }

  @ParameterizedTest
  @CsvSource({
    // came, local, offered, wanted
    "0, 16, 0, 16",
    "16, 0, 16, 0",
    "16, 16, 0, 0",
    "0, 0, 32, 32",
    "16, 32, 128, 32",
  })
  void a_local_change_wins(int came, int local, int offered, int wanted) {
    EtcFlags merged = EtcFlags.merged(flags(came), flags(local), flags(offered));
    assertThat(merged.wanted()).containsEntry("f", wanted);
    assertThat(merged.changes().isEmpty()).isEqualTo(wanted == offered);
  }

  @Test
  void without_any_there_is_nothing_to_do() {
    assertThat(EtcFlags.merged(Map.of(), Map.of(), Map.of()).wanted()).isEmpty();
  }
}

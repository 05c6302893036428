package io.github.containersnap.engine.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.fuzz.KeptInputs;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Any bytes as {@code container-snap.toml}. They are read, whatever they are: with warnings that a
 * terminal can show, and with settings within their limits.
 */
final class HostSettingsFuzzTest {
  private static final int MOST = 36_500;

  public static void fuzzerTestOneInput(byte[] input) {
    HostSettings.Reading reading = HostSettings.parse(new String(input, StandardCharsets.UTF_8));
    assertThat(reading.warnings()).hasSizeLessThan(20).allMatch(it -> it.matches("[ -~…]+"));
    RetentionPolicy policy = reading.settings().retention();
    assertThat(policy.keep()).isBetween(0, MOST);
    assertThat(policy.shortestStay(true)).isBetween(Duration.ZERO, Duration.ofDays(MOST));
    assertThat(policy.shortestStay(false)).isLessThanOrEqualTo(policy.shortestStay(true));
    assertThat(reading.settings().healthCheckTimeout())
        .isBetween(Duration.ofSeconds(1), Duration.ofHours(1));
  }

  @TestFactory
  Stream<DynamicTest> every_kept_input_holds() {
    return KeptInputs.of("HostSettings", HostSettingsFuzzTest::fuzzerTestOneInput);
  }
}

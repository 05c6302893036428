package io.github.containersnap.engine.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.fuzz.KeptInputs;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Any bytes as {@code container-snap.toml}. Only an {@link RetentionPolicy.UnusablePolicyException}
 * may refuse them, with a message that a terminal can show. A policy that is read keeps at least
 * nothing, and at most as much as the file may say.
 */
final class RetentionPolicyFuzzTest {
  private static final int MOST = 36_500;

  public static void fuzzerTestOneInput(byte[] input) {
    RetentionPolicy policy;
    try {
      policy = RetentionPolicy.parse(new String(input, StandardCharsets.UTF_8));
    } catch (RetentionPolicy.UnusablePolicyException refused) {
      assertThat(refused).hasMessageMatching("[ -~…]+");
      return;
    }
    assertThat(policy.keep()).isBetween(0, MOST);
    assertThat(policy.shortestStay(true)).isBetween(Duration.ZERO, Duration.ofDays(MOST));
    assertThat(policy.shortestStay(false)).isLessThanOrEqualTo(policy.shortestStay(true));
  }

  @TestFactory
  Stream<DynamicTest> every_kept_input_holds() {
    return KeptInputs.of("RetentionPolicy", RetentionPolicyFuzzTest::fuzzerTestOneInput);
  }
}

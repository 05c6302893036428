package io.github.containersnap.loopback.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.loopback.fuzz.KeptInputs;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Any bytes as the address of a crash state. Only an {@link IllegalArgumentException} may refuse
 * them. What is read is written as it was.
 */
final class CrashStateFuzzTest {
  public static void fuzzerTestOneInput(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    CrashState state;
    try {
      state = CrashState.parse(text);
    } catch (IllegalArgumentException refused) {
      assertThat(refused).isNotInstanceOf(NumberFormatException.class);
      return;
    }
    assertThat(state).hasToString(text);
    assertThat(state).isEqualByComparingTo(CrashState.parse(text));
  }

  @TestFactory
  Stream<DynamicTest> every_kept_input_holds() {
    return KeptInputs.of("CrashState", CrashStateFuzzTest::fuzzerTestOneInput);
  }
}

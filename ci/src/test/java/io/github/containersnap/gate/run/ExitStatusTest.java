package io.github.containersnap.gate.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.gate.ExampleResult;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.property.Side;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.harness.sweep.StateVerdict;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExitStatusTest {
  private static final StateVerdict HOLDS = ExampleResult.holds(0, Side.OLD);
  private static final StateVerdict UNKNOWN = ExampleResult.unknown(1, "it hangs");
  private static final StateVerdict VIOLATED =
      ExampleResult.violates(2, new Violation(Property.P1, "it is empty"));

  @Test
  void violated_beats_unknown_beats_holds() {
    assertThat(ExitStatus.of(List.of(HOLDS, HOLDS))).isEqualTo(ExitStatus.HOLDS);
    assertThat(ExitStatus.of(List.of(HOLDS, UNKNOWN))).isEqualTo(ExitStatus.CANNOT_TELL);
    assertThat(ExitStatus.of(List.of(UNKNOWN, HOLDS, VIOLATED))).isEqualTo(ExitStatus.VIOLATED);
    assertThat(ExitStatus.of(List.of(VIOLATED, UNKNOWN))).isEqualTo(ExitStatus.VIOLATED);
  }

  @Test
  void nothing_checked_is_no_pass() {
    assertThat(ExitStatus.of(List.of())).isEqualTo(ExitStatus.CANNOT_TELL);
  }

  @Test
  void the_numbers_are_the_contract() {
    assertThat(Stream.of(ExitStatus.values()).map(ExitStatus::code)).containsExactly(0, 1, 2, 3, 4);
  }
}

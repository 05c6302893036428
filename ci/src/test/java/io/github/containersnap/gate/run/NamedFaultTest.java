package io.github.containersnap.gate.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.gate.ExampleResult;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.property.Violation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NamedFaultTest {
  private static Violation keeps(String text) {
    return new Violation(Property.P4, text);
  }

  @Test
  void ids_and_numbers_do_not_make_another_fault() {
    String first = "deployment 7ffab3fb37ba-work2: /etc/motd has mode 644, not 600";
    String second =
        "deployment " + "0123456789abcdef".repeat(4) + ": /etc/motd has mode 755, not 600";

    assertThat(NamedFault.of(keeps(first)))
        .isEqualTo(NamedFault.of(keeps(second)))
        .isEqualTo(new NamedFault(Property.P4, "deployment …: /etc/motd has mode …, not …"));
  }

  @Test
  void other_words_and_other_properties_do() {
    NamedFault fault = NamedFault.of(keeps("/etc/motd is missing"));

    assertThat(NamedFault.of(keeps("/etc/hosts is missing"))).isNotEqualTo(fault);
    assertThat(NamedFault.of(new Violation(Property.P1, "/etc/motd is missing")))
        .isNotEqualTo(fault);
  }

  @Test
  void each_is_counted_once_a_state() {
    assertThat(
            NamedFault.in(
                List.of(
                    ExampleResult.violates(
                        1, keeps("2 of 3 files are gone"), keeps("9 of 3 files are gone")),
                    ExampleResult.violates(5, keeps("1 of 3 files are gone")))))
        .containsExactly(Map.entry(new NamedFault(Property.P4, "… of … files are gone"), 2L));
  }
}

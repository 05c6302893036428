package io.github.containersnap.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Debian policy 5.6.12, deb-version(7), and the cases of dpkg's own test (t-version.c). */
class DebianVersionOrderTest {
  private static final DebianVersionOrder ORDER = new DebianVersionOrder();

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0:0, 0",
    "0, 0-0",
    "0:0-0, 0-00",
    "1.0, 0:1.0",
    "1.0, 1.0-0",
    "1.0, 1.00",
    "1.2.3, 1.2.3",
    "0:0:0-0, 0:0:0-0",
    "0:0-0-0, 0:0-0-0",
    "00:1, 1",
    "1.a0, 1.a"
  })
  void the_same_version(String one, String other) {
    assertThat(ORDER.compare(one, other)).isZero();
    assertThat(ORDER.compare(other, one)).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "1.2, 1.10",
    "1.2-1, 1.2-2",
    "1.2-9, 1.2-10",
    "9, 1:1",
    "1:9, 2:1",
    "0:0-0, 1:0-0",
    "0:0-0, 0:1-0",
    "0:a, 0:b",
    "1.0~rc1, 1.0",
    "1.0~rc1-1, 1.0~rc1-2",
    "1.0-1~bpo12+1, 1.0-1",
    "1.0~~, 1.0~~a",
    "1.0~~a, 1.0~",
    "1.0~, 1.0",
    "1.0, 1.0a",
    "1.0a, 1.0+",
    "1.0a, 1.0b",
    "1.0Z, 1.0a",
    "1.0-1, 1.0-1+b1",
    "1.0-1, 1.0-1+deb13u1",
    "1.0-1+deb12u9, 1.0-1+deb12u10",
    "2.41-12, 2.41-12+deb13u1",
    "1.2.3-1, 1.2.3-1-1",
    "6.12.9-1, 6.12.10-1",
    "1, 1.1",
    "1a1.0, 1.1",
    "0:1-a, 0:1-b",
    "20240101, 20260101",
    "1.0-99999999999999999998, 1.0-99999999999999999999"
  })
  void an_older_and_a_newer_version(String older, String newer) {
    assertThat(ORDER.compare(older, newer)).as("%s before %s", older, newer).isNegative();
    assertThat(ORDER.compare(newer, older)).as("%s after %s", newer, older).isPositive();
  }

  /** The list in Debian policy: {@code ~~, ~~a, ~, the empty part, a}. */
  @Test
  void parts_sort_as_debian_policy_lists_them() {
    List<String> sorted = List.of("~~", "~~a", "~", "", "a");
    assertThat(sorted.reversed().stream().sorted(DebianVersionOrder::comparePart).toList())
        .isEqualTo(sorted);
  }

  @Test
  void what_is_not_a_version_has_a_place_too() {
    List<String> texts =
        List.of("", ":", "-", "a:b", "~", "1", "1-", ":1", "-1", "\u00e9", "1:2-3");
    for (String one : texts) {
      assertThat(ORDER.compare(one, one)).isZero();
      for (String other : texts) {
        assertThat(Integer.signum(ORDER.compare(one, other)))
            .isEqualTo(-Integer.signum(ORDER.compare(other, one)));
        for (String third : texts) {
          if (ORDER.compare(one, other) <= 0 && ORDER.compare(other, third) <= 0) {
            assertThat(ORDER.compare(one, third)).isNotPositive();
          }
        }
      }
    }
  }
}

package io.github.containersnap.engine.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a container-snap.toml says, and what of it is ignored. */
class HostSettingsTest {
  private static final HostSettings DEFAULTS =
      new HostSettings(new RetentionPolicy(0, OptionalInt.empty()), Duration.ofSeconds(60));

  @Test
  void an_empty_file_leaves_every_default() {
    assertThat(HostSettings.parse("")).isEqualTo(new HostSettings.Reading(DEFAULTS, List.of()));
  }

  @Test
  void all_keys_count() {
    HostSettings.Reading reading =
        HostSettings.parse("keep = 3\nkeep-days = 14 # days\nhealth-check-timeout = 120\n");

    assertThat(reading.warnings()).isEmpty();
    assertThat(reading.settings())
        .isEqualTo(
            new HostSettings(new RetentionPolicy(3, OptionalInt.of(14)), Duration.ofMinutes(2)));
  }

  @Test
  void an_unknown_key_is_a_warning_and_the_known_ones_count() {
    HostSettings.Reading reading =
        HostSettings.parse("# more\nkeep = 3\n\nkeeep = 4\n[health]\ntimeout = 5\n");

    assertThat(reading.settings().retention().keep()).isEqualTo(3);
    assertThat(reading.warnings())
        .containsExactly(
            ", line 4: 'keeep' is not a setting and is ignored; there are health-check-timeout,"
                + " keep, keep-days, update-apply, update-days, update-failed-trials, update-hours",
            ", line 5: 'health' is not a setting and is ignored; there are health-check-timeout,"
                + " keep, keep-days, update-apply, update-days, update-failed-trials,"
                + " update-hours");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          health-check-timeout = 0      | health-check-timeout | 1 to 3600  | 60
          health-check-timeout = 3601   | health-check-timeout | 1 to 3600  | 60
          health-check-timeout = "60"   | health-check-timeout | 1 to 3600  | 60
          health-check-timeout = 1.5    | health-check-timeout | 1 to 3600  | 60
          keep-days = true              | keep-days            | 0 to 36500 | 7 for snapshots
          """)
  void a_malformed_value_is_a_warning_and_its_default_holds(
      String line, String key, String range, String otherwise) {
    HostSettings.Reading reading = HostSettings.parse("keep = 2\n" + line + "\n");

    assertThat(reading.warnings())
        .containsExactly(
            ", line 2: %s is not a whole number from %s; the default holds, %s"
                .formatted(key, range, otherwise));
    assertThat(reading.settings())
        .isEqualTo(
            new HostSettings(new RetentionPolicy(2, OptionalInt.empty()), Duration.ofSeconds(60)));
  }

  @Test
  void what_is_not_toml_leaves_every_default_and_stops_unattended_updates() {
    assertThat(HostSettings.parse("keep = 3\nkeep-days = [\n"))
        .satisfies(it -> assertThat(it.settings().retention()).isEqualTo(DEFAULTS.retention()))
        .satisfies(it -> assertThat(it.settings().unattended().problem()).isPresent())
        .satisfies(
            it ->
                assertThat(it.warnings())
                    .singleElement()
                    .asString()
                    .startsWith(" is ignored: it is not TOML (line ")
                    .endsWith("; every setting has its default"));
  }

  @Test
  void a_thousand_unknown_keys_are_not_a_thousand_warnings() {
    StringBuilder text = new StringBuilder("keep = 1\n");
    for (int i = 0; i < 1000; i++) {
      text.append("\"\\u001b").append(i).append("\" = 1\n");
    }
    HostSettings.Reading reading = HostSettings.parse(text.toString());

    assertThat(reading.settings().retention().keep()).isEqualTo(1);
    assertThat(reading.warnings()).hasSize(10).allMatch(it -> it.matches("[ -~]+"));
  }
}

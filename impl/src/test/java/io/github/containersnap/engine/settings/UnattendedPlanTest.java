package io.github.containersnap.engine.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an unattended update does at some time; 2026-11-28 is a Saturday. */
class UnattendedPlanTest {
  private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");

  private static UnattendedPlan plan(
      String toml, @Nullable String lastSuccess, int failedTrials, String now) {
    return UnattendedPlan.of(
        HostSettings.parse(toml).settings().unattended(),
        Optional.ofNullable(lastSuccess).map(UnattendedPlanTest::at).map(ZonedDateTime::toInstant),
        failedTrials,
        at(now));
  }

  private static ZonedDateTime at(String local) {
    return ZonedDateTime.of(LocalDateTime.parse(local), ZONE);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "never",
      value = {
        "never, Now",
        "2026-11-27T12:00, Now",
        "2026-11-28T01:00, Done",
      })
  void without_a_window_it_is_once_a_day(@Nullable String last, String expected) {
    assertThat(plan("", last, 0, "2026-11-28T12:00").getClass().getSimpleName())
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "never",
      value = {
        "2026-11-27T12:00, never, Later", // Friday noon
        "2026-11-27T20:30, never, Download", // less than six hours before
        "2026-11-28T02:00, never, Now",
        "2026-11-28T04:59, 2026-11-27T22:00, Now", // an update by hand the evening before
        "2026-11-28T04:59, 2026-11-28T02:30, Done", // done in this window
        "2026-11-28T05:00, never, Later",
        "2026-11-29T02:30, 2026-11-28T02:30, Now", // Sunday's own
        "2026-11-30T02:30, never, Later", // Monday
      })
  void with_one_it_is_once_while_it_is_open(String now, @Nullable String last, String expected) {
    String toml = "update-days = \"Sat,Sun\"\nupdate-hours = \"02:00-05:00\"\n";

    assertThat(plan(toml, last, 0, now).getClass().getSimpleName()).isEqualTo(expected);
  }

  @Test
  void a_window_over_midnight_belongs_to_the_day_on_which_it_opens() {
    String toml = "update-days = \"Fri\"\nupdate-hours = \"22:00-04:00\"\n";

    assertThat(plan(toml, null, 0, "2026-11-28T03:00")).isInstanceOf(UnattendedPlan.Now.class);
    assertThat(plan(toml, null, 0, "2026-11-27T03:00")).isInstanceOf(UnattendedPlan.Later.class);
  }

  @Test
  void it_says_in_local_time_what_it_waits_for() {
    assertThat(plan("update-days = \"Mon..Wed\"", null, 0, "2026-11-28T12:00"))
        .isEqualTo(new UnattendedPlan.Later("the window opens Mon 2026-11-30 00:00"));
    assertThat(plan("update-hours = \"01:00-02:00\"", null, 0, "2026-11-28T12:00"))
        .isEqualTo(new UnattendedPlan.Later("the window opens Sun 2026-11-29 01:00"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "update-days = \"Sonntag\"",
        "update-days = 7",
        "update-days = \"\"",
        "update-days = \"Mon..Tue..Wed\"",
        "update-hours = \"25:00-02:00\"",
        "update-hours = \"2-5\"",
        "update-days = \"Sat\"\nupdate-hours = true",
        "not = toml ="
      })
  void a_window_that_cannot_be_read_stops_it(String toml) {
    HostSettings.Reading reading = HostSettings.parse(toml);

    assertThat(reading.warnings()).isNotEmpty();
    assertThat(plan(toml, null, 0, "2026-11-28T12:00")).isInstanceOf(UnattendedPlan.Stopped.class);
  }

  @Test
  void so_do_three_systems_in_a_row_that_did_not_come_up_or_as_many_as_are_set() {
    String now = "2026-11-28T12:00";

    assertThat(plan("", null, 2, now)).isInstanceOf(UnattendedPlan.Now.class);
    assertThat(plan("", null, 3, now)).isInstanceOf(UnattendedPlan.Stopped.class);
    assertThat(plan("update-failed-trials = 1", null, 1, now))
        .isInstanceOf(UnattendedPlan.Stopped.class);
    assertThat(plan("update-failed-trials = 0", null, 99, now))
        .isInstanceOf(UnattendedPlan.Now.class);
  }

  @Test
  void a_last_update_in_the_future_is_waited_for_like_any_other() {
    UnattendedSettings settings = UnattendedSettings.USUAL;
    Instant now = Instant.parse("2026-11-28T12:00:00Z");

    assertThat(UnattendedPlan.of(settings, Optional.of(now.plusSeconds(60)), 0, now.atZone(ZONE)))
        .isInstanceOf(UnattendedPlan.Done.class);
  }
}

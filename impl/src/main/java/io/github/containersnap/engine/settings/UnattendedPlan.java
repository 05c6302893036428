package io.github.containersnap.engine.settings;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/**
 * What an update that nobody watches does now. It is asked every hour: without a window it updates
 * once a day; with one it downloads in the hours before, and updates once while the window is open.
 * One that failed is tried again the next time.
 */
public sealed interface UnattendedPlan {
  /** How long after a successful update the next one is due; a timer is late, not early. */
  Duration DAY = Duration.ofHours(20);

  /** How long before a window an update is downloaded. */
  Duration DOWNLOAD_AHEAD = Duration.ofHours(6);

  /** Update. */
  record Now() implements UnattendedPlan {}

  /** Only download, and prove. */
  record Download() implements UnattendedPlan {}

  /** Do nothing yet. */
  record Later(String why) implements UnattendedPlan {}

  /** This window's, or this day's, update has been made; only its restart may be still to come. */
  record Done(String why) implements UnattendedPlan {}

  /** Do nothing until somebody has looked. */
  record Stopped(String why) implements UnattendedPlan {}

  /**
   * Decides.
   *
   * @param settled when the last update ended that did not fail
   * @param failedTrials how many systems in a row did not come up
   * @param now the time, where the machine is
   */
  static UnattendedPlan of(
      UnattendedSettings settings, Optional<Instant> settled, int failedTrials, ZonedDateTime now) {
    if (settings.problem().isPresent()) {
      return new Stopped(settings.problem().get());
    }
    if (settings.mostFailedTrials() > 0 && failedTrials >= settings.mostFailedTrials()) {
      return new Stopped(
          "%d systems in a row did not come up (update-failed-trials = %d)"
              .formatted(failedTrials, settings.mostFailedTrials()));
    }
    if (settings.window().isEmpty()) {
      return settled
          .filter(it -> it.plus(DAY).isAfter(now.toInstant()))
          .<UnattendedPlan>map(it -> new Done("the last update ended " + time(it, now)))
          .orElseGet(Now::new);
    }
    UpdateWindow window = settings.window().get();
    Optional<ZonedDateTime> open = window.openSince(now);
    if (open.isPresent()) {
      Instant opened = open.get().toInstant();
      return settled
          .filter(it -> !it.isBefore(opened))
          .<UnattendedPlan>map(it -> new Done("this window's update ended " + time(it, now)))
          .orElseGet(Now::new);
    }
    ZonedDateTime next = window.nextAfter(now);
    return next.minus(DOWNLOAD_AHEAD).isAfter(now)
        ? new Later("the window opens " + time(next.toInstant(), now))
        : new Download();
  }

  private static String time(Instant instant, ZonedDateTime now) {
    return DateTimeFormatter.ofPattern("EEE uuuu-MM-dd HH:mm", Locale.ROOT)
        .format(instant.atZone(now.getZone()));
  }
}

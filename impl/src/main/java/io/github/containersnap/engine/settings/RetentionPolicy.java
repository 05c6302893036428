package io.github.containersnap.engine.settings;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * Which further deployments a prune keeps, beside those that are protected. Without {@code days}
 * snapshots that create-snapshot made stay for 7 days, since somebody may be at work in them, and
 * what updates made goes at once.
 *
 * @param keep how many of the newest stay
 * @param days for how many days every further deployment stays, if that was said
 */
public record RetentionPolicy(int keep, OptionalInt days) {
  private static final int DAYS_FOR_SNAPSHOTS = 7;

  /** How long a further deployment stays at the least. */
  public Duration shortestStay(boolean snapshot) {
    return Duration.ofDays(days.orElse(snapshot ? DAYS_FOR_SNAPSHOTS : 0));
  }
}

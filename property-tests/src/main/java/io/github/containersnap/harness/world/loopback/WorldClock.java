package io.github.containersnap.harness.world.loopback;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The time in a history, which stands still but where the history says how much of it goes by; and
 * what time that was when the kernel, which goes by the real clock, noted one.
 */
final class WorldClock {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  /** A step takes less than this; what is longer must not be mistaken for what was before it. */
  private static final Duration SHORT = Duration.ofDays(1);

  private final NavigableMap<Instant, Instant> byRealTime = new TreeMap<>();
  private Instant now;

  WorldClock() {
    now = BEGIN;
    byRealTime.put(Instant.MIN, BEGIN);
  }

  /** One that is like {@code other} and goes its own way from here on. */
  WorldClock(WorldClock other) {
    now = other.now;
    byRealTime.putAll(other.byRealTime);
  }

  Instant now() {
    return now;
  }

  void pass(Duration time) {
    now = now.plus(time);
    if (time.compareTo(SHORT) >= 0) {
      awaitNextSecond(); // the kernel tells when a subvolume was made to the second
    }
    byRealTime.put(Instant.now().truncatedTo(ChronoUnit.SECONDS), now);
  }

  private static void awaitNextSecond() {
    Instant next = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
    try {
      TimeUnit.NANOSECONDS.sleep(Duration.between(Instant.now(), next).toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while time passes", e);
    }
  }

  /** What time it was in the history. */
  Instant at(Instant realTime) {
    Map.Entry<Instant, Instant> entry = byRealTime.floorEntry(realTime);
    return entry == null ? BEGIN : entry.getValue();
  }
}

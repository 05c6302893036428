package io.github.containersnap.engine.settings;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * When unattended updates may happen, in the machine's local time.
 *
 * @param days the days on which the window opens; never empty
 * @param from when it opens
 * @param length how long it is open, at most 24 hours; it may end on the next day
 */
public record UpdateWindow(Set<DayOfWeek> days, LocalTime from, Duration length) {
  /** At any time. */
  public static final UpdateWindow ALWAYS =
      new UpdateWindow(EnumSet.allOf(DayOfWeek.class), LocalTime.MIDNIGHT, Duration.ofDays(1));

  private static final Pattern HOURS =
      Pattern.compile("([01]\\d|2[0-3]):([0-5]\\d)-([01]\\d|2[0-3]):([0-5]\\d)");
  private static final int DAYS_OF_A_WEEK = 7;

  public UpdateWindow {
    days = Set.copyOf(days);
  }

  /**
   * Reads a window.
   *
   * @param days days as systemd writes them: {@code Sat,Sun} or {@code Mon..Fri}
   * @param hours {@code 02:00-05:00}; the same time twice is the whole day
   * @return nothing if either is not that
   */
  static Optional<UpdateWindow> of(String days, String hours) {
    Matcher times = HOURS.matcher(hours);
    Set<DayOfWeek> named = EnumSet.noneOf(DayOfWeek.class);
    boolean allNamed = Stream.of(days.strip().split("[,\\s]+", -1)).allMatch(it -> add(it, named));
    if (!allNamed || !times.matches()) {
      return Optional.empty();
    }
    LocalTime from = time(times, 1);
    Duration length = Duration.between(from, time(times, 3));
    boolean endsNextDay = length.isNegative() || length.isZero();
    return Optional.of(new UpdateWindow(named, from, endsNextDay ? length.plusDays(1) : length));
  }

  private static LocalTime time(Matcher matcher, int group) {
    return LocalTime.of(
        Integer.parseInt(matcher.group(group)), Integer.parseInt(matcher.group(group + 1)));
  }

  /** Adds a day, or the days from one to another. */
  private static boolean add(String text, Set<DayOfWeek> named) {
    String[] ends = text.split("\\.\\.", -1);
    Optional<DayOfWeek> first = day(ends[0]);
    Optional<DayOfWeek> last = day(ends[ends.length - 1]);
    if (ends.length > 2 || first.isEmpty() || last.isEmpty()) {
      return false;
    }
    DayOfWeek day = first.get();
    named.add(day);
    while (day != last.get()) {
      day = day.plus(1);
      named.add(day);
    }
    return true;
  }

  private static Optional<DayOfWeek> day(String name) {
    return Stream.of(DayOfWeek.values())
        .filter(it -> it.getDisplayName(TextStyle.SHORT, Locale.ROOT).equalsIgnoreCase(name))
        .findFirst();
  }

  /** When it opened, if it is open at {@code now}. */
  Optional<ZonedDateTime> openSince(ZonedDateTime now) {
    return openings(now, -1)
        .filter(start -> !start.isAfter(now) && now.isBefore(start.plus(length)))
        .findFirst();
  }

  /** When it opens next after {@code now}. */
  ZonedDateTime nextAfter(ZonedDateTime now) {
    return openings(now, 0).filter(start -> start.isAfter(now)).findFirst().orElseThrow();
  }

  private Stream<ZonedDateTime> openings(ZonedDateTime now, int firstDay) {
    return Stream.iterate(firstDay, day -> day <= DAYS_OF_A_WEEK, day -> day + 1)
        .map(day -> now.toLocalDate().plusDays(day))
        .filter(date -> days.contains(date.getDayOfWeek()))
        .map(date -> date.atTime(from).atZone(now.getZone()));
  }
}

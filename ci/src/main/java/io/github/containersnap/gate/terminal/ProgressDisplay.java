package io.github.containersnap.gate.terminal;

import io.github.containersnap.cli.output.TextWrap;
import io.github.containersnap.command.PrintableText;
import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;

/**
 * What a person sees while the gate works, on standard error: a line for each part, and for the
 * sweep a bar that is redrawn on a terminal, or a plain line now and then elsewhere.
 */
public final class ProgressDisplay {
  /** What is slower than this many a second is better told by how long one takes. */
  private static final double SLOW = 0.1;

  private static final Duration REDRAW = Duration.ofMillis(200);
  private static final Duration PLAIN_LINE = Duration.ofSeconds(15);
  private static final int WIDEST_BAR = 30;
  private static final int NARROWEST_BAR = 5;

  /** What a terminal prints for Ctrl-C at the end of the line, and a column that stays free. */
  private static final int ROOM_FOR_ECHO = "^C ".length();

  /** Before that, a rate says more about the first state than about the sweep. */
  private static final Duration FIRST_ESTIMATE = Duration.ofSeconds(5);

  private final PrintStream out;
  private final Terminal terminal;
  private final InstantSource clock;
  private boolean barIsOpen;
  private long lastDrawn;

  /**
   * A display that has shown nothing yet.
   *
   * @param terminal says how wide lines may be, and whether a bar can be redrawn
   */
  public ProgressDisplay(PrintStream out, Terminal terminal, InstantSource clock) {
    this.out = out;
    this.terminal = terminal;
    this.clock = clock;
  }

  /** The console of this process. */
  public static ProgressDisplay ofThisProcess() {
    return new ProgressDisplay(System.err, Terminal.ofStandardError(), InstantSource.system());
  }

  /** How many characters fit into a line. */
  public int columns() {
    return terminal.columns();
  }

  /** A line that explains, for a person who runs the gate for the first time. */
  public synchronized void explain(String line) {
    endBar();
    new TextWrap("", "", columns()).lines(PrintableText.of(line)).forEach(out::println);
  }

  /** The gate begins a part of its work. */
  public synchronized void part(String line) {
    endBar();
    new TextWrap("  ", "    ", columns()).lines(PrintableText.of(line)).forEach(out::println);
  }

  /** The sweep begins: from now on there is something to draw. */
  public synchronized void sweepBegins() {
    lastDrawn = terminal.interactive() ? 0 : clock.millis();
  }

  /** The sweep has done {@code done} of {@code total} states in {@code elapsed}. */
  public void progress(int done, int total, int violations, Duration elapsed) {
    progress("states", done, total, violations, elapsed);
  }

  /** Of {@code total} of what is called {@code what}, {@code done} are done. */
  public void progress(String what, int done, int total, int violations, Duration elapsed) {
    progress(what, done, total, violations, elapsed, atTheSameRate(done, total, elapsed));
  }

  /**
   * The same, with an estimate of the caller's.
   *
   * @param left how long the rest takes; empty if it is too early to tell
   */
  public synchronized void progress(
      String what, int done, int total, int violations, Duration elapsed, Optional<Duration> left) {
    long now = clock.millis();
    Duration sinceLast = Duration.ofMillis(now - lastDrawn);
    boolean last = done == total;
    if (!last && sinceLast.compareTo(terminal.interactive() ? REDRAW : PLAIN_LINE) < 0) {
      return;
    }
    lastDrawn = now;
    String figures = figures(what, done, total, violations, elapsed, left);
    if (terminal.interactive()) {
      if (figures.length() > columns() - ROOM_FOR_ECHO - 2) {
        figures = String.format(Locale.ROOT, "%,d/%,d, %,d violated", done, total, violations);
      }
      out.print("\r\033[K  " + bar(done, total, figures.length()) + figures);
      barIsOpen = true;
    } else {
      out.println("  " + figures);
    }
    if (last) {
      endBar();
    }
    out.flush();
  }

  /** What is written next begins a line of its own. */
  public synchronized void endBar() {
    if (barIsOpen) {
      out.println();
      barIsOpen = false;
    }
  }

  /** Whatever a line had begun with, a bar or the terminal's own {@code ^C}, is wiped out. */
  synchronized void wipeLine() {
    if (terminal.interactive()) {
      out.print("\r\033[K");
      barIsOpen = false;
    }
  }

  /** The bar takes what the figures leave of the line. */
  private String bar(int done, int total, int figures) {
    int width = Math.min(WIDEST_BAR, columns() - ROOM_FOR_ECHO - figures - "  [] ".length());
    if (width < NARROWEST_BAR) {
      return "";
    }
    int filled = (int) ((long) width * done / Math.max(1, total));
    return "[" + "#".repeat(filled) + "-".repeat(width - filled) + "] ";
  }

  private static String inASecond(double rate) {
    return String.format(Locale.ROOT, "%.1f/s", rate);
  }

  private static Optional<Duration> atTheSameRate(int done, int total, Duration elapsed) {
    double seconds = Math.max(0.001, elapsed.toMillis() / 1000.0);
    return Optional.of(
        Duration.ofSeconds(Math.round((total - done) / Math.max(0.001, done / seconds))));
  }

  private static String figures(
      String what, int done, int total, int violations, Duration elapsed, Optional<Duration> rest) {
    double seconds = Math.max(0.001, elapsed.toMillis() / 1000.0);
    double rate = done / seconds;
    String left =
        elapsed.compareTo(FIRST_ESTIMATE) < 0 || done == total
            ? ""
            : rest.map(it -> ", " + duration(it.toSeconds()) + " left").orElse("");
    return String.format(
        Locale.ROOT,
        "%,d of %,d %s, %s%s, %,d violated",
        done,
        total,
        what,
        done > 0 && rate < SLOW ? duration(Math.round(1 / rate)) + " each" : inASecond(rate),
        left,
        violations);
  }

  private static String duration(long seconds) {
    return seconds < 60 ? seconds + " s" : "%d min %02d s".formatted(seconds / 60, seconds % 60);
  }
}

package io.github.containersnap.gate;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;

/**
 * What a person sees while the gate works, on standard error: a line for each part, and for the
 * sweep a bar that is redrawn on a terminal, or a plain line now and then elsewhere.
 */
final class Console {
  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");
  private static final Duration REDRAW = Duration.ofMillis(200);
  private static final Duration PLAIN_LINE = Duration.ofSeconds(15);
  private static final int BAR_WIDTH = 24;

  private final PrintStream out;
  private final boolean terminal;
  private final InstantSource clock;
  private long lastDrawn;

  Console(PrintStream out, boolean terminal, InstantSource clock) {
    this.out = out;
    this.terminal = terminal;
    this.clock = clock;
  }

  /** The console of this process. */
  static Console ofThisProcess() {
    // System.console() speaks of standard output, which a person may well send to a file.
    return new Console(System.err, isTerminal(), InstantSource.system());
  }

  private static boolean isTerminal() {
    try {
      String target = Files.readSymbolicLink(STANDARD_ERROR).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }

  /** A line that explains; for whoever runs the gate for the first time. */
  void explain(String line) {
    out.println(line);
  }

  /** The gate begins a part of its work. */
  void part(String line) {
    out.println("  " + line);
  }

  /** The sweep has done {@code done} of {@code total} states in {@code elapsed}. */
  synchronized void progress(int done, int total, int violations, Duration elapsed) {
    long now = clock.millis();
    Duration sinceLast = Duration.ofMillis(now - lastDrawn);
    boolean last = done == total;
    if (!last && sinceLast.compareTo(terminal ? REDRAW : PLAIN_LINE) < 0) {
      return;
    }
    lastDrawn = now;
    if (terminal) {
      out.print("\r\033[K  " + bar(done, total) + " " + figures(done, total, violations, elapsed));
      if (last) {
        out.println();
      }
    } else {
      out.println("  " + figures(done, total, violations, elapsed));
    }
    out.flush();
  }

  private static String bar(int done, int total) {
    int filled = (int) ((long) BAR_WIDTH * done / Math.max(1, total));
    return "[" + "#".repeat(filled) + "-".repeat(BAR_WIDTH - filled) + "]";
  }

  private static String figures(int done, int total, int violations, Duration elapsed) {
    double seconds = Math.max(0.001, elapsed.toMillis() / 1000.0);
    double rate = done / seconds;
    long left = Math.round((total - done) / Math.max(0.001, rate));
    return String.format(
        Locale.ROOT,
        "%,d of %,d states, %.1f/s, %s left, violated: %,d",
        done,
        total,
        rate,
        duration(left),
        violations);
  }

  private static String duration(long seconds) {
    return seconds < 60 ? seconds + " s" : "%d min %02d s".formatted(seconds / 60, seconds % 60);
  }
}

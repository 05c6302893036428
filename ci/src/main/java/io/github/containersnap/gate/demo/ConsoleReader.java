package io.github.containersnap.gate.demo;

import io.github.containersnap.vm.machine.BootFailedException;
import io.github.containersnap.vm.machine.SerialConsole;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

/** Reads a console line by line, as it grows. */
final class ConsoleReader {
  /** Erase to the end of the line (ECMA-48, EL): what is drawn again follows. */
  private static final String ERASE = "\u001b[K";

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  private final SerialConsole console;
  private int place;

  /** From a place on the console on. */
  ConsoleReader(SerialConsole console, int place) {
    this.console = console;
    this.place = place;
  }

  /**
   * Shows the lines that are worth reading until one is the last.
   *
   * @return the last one
   * @throws BootFailedException if it does not come in time, or the machine ends before
   */
  String follow(
      DemoTerminal stage,
      List<Pattern> worthReading,
      Pattern last,
      Duration limit,
      BooleanSupplier runs) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      boolean running = runs.getAsBoolean();
      for (String line : newLines()) {
        if (worthReading.stream().anyMatch(pattern -> pattern.matcher(line).matches())) {
          stage.showsConsole(line);
        }
        if (last.matcher(line).find()) {
          return line;
        }
      }
      if (!running || System.nanoTime() > deadline) {
        throw console.failure(
            last,
            "the host comes up",
            running ? "within %d s".formatted(limit.toSeconds()) : "before the machine ended");
      }
      stage.checkInterruption();
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
    }
  }

  /**
   * What a line of a serial port means: it carries bytes, each of which is a character so far, and
   * what a terminal does with them. Of a line that was drawn again the last is left.
   */
  static String decoded(String line) {
    String text = new String(line.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    String drawn = text.endsWith(ERASE) ? text.substring(0, text.length() - ERASE.length()) : text;
    int redrawn = drawn.lastIndexOf(ERASE);
    String last = redrawn < 0 ? drawn : drawn.substring(redrawn + ERASE.length());
    return SerialConsole.withoutEscapes(last);
  }

  private List<String> newLines() {
    String text = console.text();
    int end = text.lastIndexOf('\n') + 1;
    if (end <= place) {
      return List.of();
    }
    List<String> lines =
        text.substring(place, end).lines().map(String::strip).map(ConsoleReader::decoded).toList();
    place = end;
    return lines;
  }
}

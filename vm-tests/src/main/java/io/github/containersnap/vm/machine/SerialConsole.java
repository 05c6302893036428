package io.github.containersnap.vm.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * All that a machine wrote to its first serial port, from its first boot on, without the escape
 * sequences that firmware and boot loader draw with. Places in it are offsets of characters; they
 * stay what they are as the log grows.
 */
public final class SerialConsole {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);
  private static final int LAST_LINES = 25;

  /** A guest that writes more than this has gone mad. */
  private static final long LARGEST = 64L << 20;

  /** A command for the terminal as a program (ECMA-48, OSC): titles, palettes. */
  private static final String COMMAND = "\u001b\\][^\u0007\u001b\n]{0,256}(?:\u0007|\u001b\\\\)";

  /** Commands, ECMA-48 control sequences, charset selections, and single-character escapes. */
  private static final Pattern ESCAPES =
      Pattern.compile(
          COMMAND
              + "|\u001b\\[[0-?]*[ -/]*[@-~]|\u001b[()].|\u001b[=>78cDEHM\\\\]|[\u0000\r\u0007]");

  /** What may be the beginning of one of these, the rest of which the guest has yet to write. */
  private static final Pattern HALF =
      Pattern.compile("\u001b(?:\\][^\u0007\n]{0,256}|[^\u001b\n]{0,14})");

  private final Path log;
  private final BooleanSupplier running;

  /**
   * @param log the file that QEMU writes
   * @param running whether the machine still runs
   */
  SerialConsole(Path log, BooleanSupplier running) {
    this.log = log;
    this.running = running;
  }

  /** The whole text so far. */
  public String text() {
    try {
      if (Files.size(log) > LARGEST) {
        throw new IllegalStateException(
            "the guest wrote more than %d bytes to its console %s".formatted(LARGEST, log));
      }
      return withoutEscapes(Files.readString(log, StandardCharsets.ISO_8859_1));
    } catch (NoSuchFileException _) {
      return ""; // QEMU has not begun
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the console " + log, e);
    }
  }

  /**
   * The text without what only moves a cursor or colours it. A sequence that is only half there yet
   * is left out, so that offsets do not move later.
   */
  public static String withoutEscapes(String raw) {
    int open = raw.lastIndexOf('\u001b');
    boolean half = open >= 0 && isHalf(raw.substring(open));
    return ESCAPES.matcher(half ? raw.substring(0, open) : raw).replaceAll("");
  }

  private static boolean isHalf(String sequence) {
    return HALF.matcher(sequence).matches() && !ESCAPES.matcher(sequence).lookingAt();
  }

  /** The place up to which the machine has written. */
  public int end() {
    return text().length();
  }

  /** Whether the pattern is found. */
  public boolean shows(Pattern pattern) {
    return pattern.matcher(text()).find();
  }

  /** How often the pattern is found. */
  public int count(Pattern pattern) {
    return Math.toIntExact(pattern.matcher(text()).results().count());
  }

  /**
   * Waits until the machine writes something.
   *
   * @param pattern what is waited for, anywhere in the log
   * @param reason what it would show, for the message: "the system comes up"
   * @return the place behind it
   * @throws BootFailedException if it does not come in time, or the machine ends before
   */
  public int await(Pattern pattern, Duration atMost, String reason) {
    return awaitAfter(0, pattern, atMost, reason);
  }

  /**
   * The same, only for what comes after a place.
   *
   * @param place where the search begins
   */
  public int awaitAfter(int place, Pattern pattern, Duration atMost, String reason) {
    boolean[] ended = {false};
    try {
      Awaitility.await(reason)
          .dontCatchUncaughtExceptions()
          .pollDelay(Duration.ZERO)
          .pollInterval(BETWEEN_LOOKS)
          .atMost(atMost)
          .until(
              () -> {
                // In this order: what it wrote before its end is there once it has ended.
                ended[0] = !running.getAsBoolean();
                return find(place, pattern).isPresent() || ended[0];
              });
    } catch (ConditionTimeoutException _) {
      throw failure(pattern, reason, "within %d s".formatted(atMost.toSeconds()));
    }
    return find(place, pattern)
        .orElseThrow(() -> failure(pattern, reason, "before the machine ended"));
  }

  private Optional<Integer> find(int place, Pattern pattern) {
    Matcher matcher = pattern.matcher(text());
    return matcher.find(Math.min(place, matcher.regionEnd()))
        ? Optional.of(matcher.end())
        : Optional.empty();
  }

  /**
   * What to throw when the console did not show what was waited for; with its last lines.
   *
   * @param when as part of a sentence: "within 60 s"
   */
  public BootFailedException failure(Pattern pattern, String reason, String when) {
    return new BootFailedException(
        "Waited for: %s. Nothing like /%s/ appeared on the console %s. It showed last:%n%s"
            .formatted(reason, pattern, when, lastLines().indent(2)));
  }

  /** The end of the log, for a message. */
  public String lastLines() {
    List<String> lines = text().lines().map(String::stripTrailing).toList();
    String last =
        String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    return last.isBlank() ? "(nothing)" : last;
  }

  /** The file that QEMU writes, as it is. */
  public Path file() {
    return log;
  }
}

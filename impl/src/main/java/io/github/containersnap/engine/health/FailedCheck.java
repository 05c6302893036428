package io.github.containersnap.engine.health;

import java.util.List;

/**
 * A health check that failed. What a check prints is hostile: each text is cut to a length that a
 * record can hold.
 *
 * @param name its folder and its file's name, such as {@code required.d/10-database}
 * @param required whether the boot counts as failed for it
 * @param what how it ended, in words without a full stop
 * @param lastLines the end of its output, printable
 */
public record FailedCheck(String name, boolean required, String what, List<String> lastLines) {
  /** How many lines of output are kept. */
  public static final int MOST_LINES = 5;

  private static final int LONGEST_LINE = 200;
  private static final int LONGEST_TEXT = 400;

  public FailedCheck {
    name = cut(name, LONGEST_TEXT);
    what = cut(what, LONGEST_TEXT);
    lastLines =
        lastLines.stream()
            .skip(Math.max(0, lastLines.size() - MOST_LINES))
            .map(line -> cut(line, LONGEST_LINE))
            .toList();
  }

  private static String cut(String text, int longest) {
    return text.length() <= longest ? text : text.substring(0, longest - 1) + "…";
  }
}

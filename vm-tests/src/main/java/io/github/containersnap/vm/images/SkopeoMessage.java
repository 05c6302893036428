package io.github.containersnap.vm.images;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.PrintableText;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The sentence in skopeo's log lines: {@code time="…" level=fatal msg="…"}. */
final class SkopeoMessage {
  private static final Pattern LOG_LINE =
      Pattern.compile(".*level=(?:fatal|error) msg=\"(.*)\"\\s*");
  private static final int LONGEST = 400;

  private SkopeoMessage() {}

  static String of(CommandFailedException failure) {
    List<String> lines = failure.standardError().strip().lines().toList();
    String last = lines.isEmpty() ? "skopeo gave no reason" : lines.getLast();
    Matcher matcher = LOG_LINE.matcher(last);
    String message = matcher.matches() ? matcher.group(1).replace("\\\"", "\"") : last;
    // What an image contains can end up in the message: nothing of it may steer a terminal.
    String printable = PrintableText.of(message);
    return printable.length() <= LONGEST ? printable : printable.substring(0, LONGEST) + "…";
  }
}

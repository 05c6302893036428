package io.github.containersnap.adapter;

import io.github.containersnap.command.CommandFailedException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The sentence in what podman or skopeo wrote when it failed. */
final class ToolMessage {
  private static final Pattern LOG_LINE =
      Pattern.compile(".*level=(?:fatal|error) msg=\"(.*)\"\\s*");
  private static final Pattern PREFIX = Pattern.compile("^(?:Error|FATA\\[\\d+\\]):? +");
  private static final Pattern REPEATED = Pattern.compile("^initializing source [^ ]+: ");
  private static final int LONGEST = 800;

  private ToolMessage() {}

  /** Its last line, without what is around the sentence; all there is if it wrote nothing. */
  static String of(CommandFailedException failure) {
    List<String> lines =
        failure.standardError().lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
    if (lines.isEmpty()) {
      return failure.getMessage();
    }
    Matcher log = LOG_LINE.matcher(lines.getLast());
    String message =
        log.matches()
            ? log.group(1).replace("\\\"", "\"")
            : PREFIX.matcher(lines.getLast()).replaceFirst("");
    message = REPEATED.matcher(message).replaceFirst("");
    // What an image contains can end up in the message: nothing of it may steer a terminal.
    String printable = message.replaceAll("\\p{Cntrl}", "?");
    return printable.length() <= LONGEST ? printable : printable.substring(0, LONGEST) + "…";
  }
}

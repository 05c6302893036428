package io.github.containersnap.linux;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One mount, a line of proc_pid_mountinfo(5).
 *
 * @param filesystem the filesystem's device number, {@code MAJOR:MINOR}; the same for all mounts of
 *     one btrfs
 * @param subvolume what of the filesystem is mounted, as a path from its top level
 * @param at where it is mounted
 * @param type the filesystem's type
 * @param source the device, by the name it was mounted under
 */
public record MountInfo(
    String filesystem, String subvolume, String at, String type, String source) {
  private static final Pattern LINE =
      Pattern.compile("\\d+ \\d+ ([^ ]+) ([^ ]+) ([^ ]+) .*? - ([^ ]+) ([^ ]*) .*", Pattern.DOTALL);
  private static final Pattern ESCAPED = Pattern.compile("\\\\([0-3][0-7]{2})");

  /**
   * Reads a line of that file.
   *
   * @param line its bytes, as ISO 8859-1
   * @return empty if the line has another form
   */
  static Optional<MountInfo> read(String line) {
    return Optional.of(LINE.matcher(line))
        .filter(matcher -> matcher.matches())
        .map(
            matcher ->
                new MountInfo(
                    matcher.group(1),
                    unescaped(matcher.group(2)),
                    unescaped(matcher.group(3)),
                    matcher.group(4),
                    unescaped(matcher.group(5))));
  }

  /**
   * Space, tab, newline and backslash are written as three octal digits. Bytes that are not UTF-8
   * become replacement characters: nothing of ours has such a name.
   */
  private static String unescaped(String text) {
    String bytes = ESCAPED.matcher(text).replaceAll(MountInfo::character);
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private static String character(MatchResult escaped) {
    char character = (char) Integer.parseInt(escaped.group(1), 8);
    return Matcher.quoteReplacement(String.valueOf(character));
  }

  /** Whether it is mounted on a directory or below it. */
  boolean isAtOrBelow(String directory) {
    return at.equals(directory)
        || at.startsWith(directory.endsWith("/") ? directory : directory + "/");
  }

  /** Whether both are of one filesystem. */
  public boolean isOfTheSameAs(MountInfo other) {
    return filesystem.equals(other.filesystem());
  }

  /** Whether this is the top level of the btrfs that {@code other} is a part of. */
  public boolean isTopLevelOf(MountInfo other) {
    return isOfTheSameAs(other) && subvolume.equals("/");
  }

  @Override
  public String toString() {
    return "%s of %s (%s)".formatted(subvolume, source, type);
  }
}

package io.github.containersnap.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

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
  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
  private static final Path MOUNTS_OF_FIRST_PROCESS = Path.of("/proc/1/mountinfo");
  private static final Pattern LINE =
      Pattern.compile("\\d+ \\d+ ([^ ]+) ([^ ]+) ([^ ]+) .*? - ([^ ]+) ([^ ]*) .*", Pattern.DOTALL);
  private static final Pattern ESCAPED = Pattern.compile("\\\\([0-7]{3})");

  /** What is to be seen at {@code place}, if something is mounted there: of several the topmost. */
  public static Optional<MountInfo> at(String place) {
    return topmost(own(), place);
  }

  /**
   * What the first process sees mounted at {@code place}; nothing too if this process may not look.
   */
  public static Optional<MountInfo> ofFirstProcess(String place) {
    try {
      return topmost(in(MOUNTS_OF_FIRST_PROCESS), place);
    } catch (IOException hidden) {
      return Optional.empty();
    }
  }

  private static Optional<MountInfo> topmost(List<MountInfo> mounts, String place) {
    return mounts.stream().filter(it -> it.at().equals(place)).reduce((lower, upper) -> upper);
  }

  /** What this process sees mounted, in the order of mounting. */
  public static List<MountInfo> own() {
    try {
      return in(MOUNTS);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + MOUNTS, e);
    }
  }

  /**
   * What a process sees mounted.
   *
   * @param mountinfo its file of that name
   */
  public static List<MountInfo> in(Path mountinfo) throws IOException {
    // As bytes: names of mounts need not be UTF-8. The kernel escapes a newline in them, and no
    // other
    // character that ends a line to Java.
    String text = new String(Files.readAllBytes(mountinfo), StandardCharsets.ISO_8859_1);
    return Stream.of(text.split("\n", -1)).map(MountInfo::read).flatMap(Optional::stream).toList();
  }

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

  /** Space, tab, newline and backslash are written as three octal digits. */
  private static String unescaped(String text) {
    return ESCAPED.matcher(text).replaceAll(MountInfo::character);
  }

  private static String character(MatchResult escaped) {
    char character = (char) Integer.parseInt(escaped.group(1), 8);
    return Matcher.quoteReplacement(String.valueOf(character));
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

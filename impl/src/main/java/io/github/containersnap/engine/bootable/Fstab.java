package io.github.containersnap.engine.bootable;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where an fstab(5) has something mounted.
 *
 * @param mountPoints as the file names them, in its order
 */
public record Fstab(List<String> mountPoints) {
  /**
   * A source, then a mount point. To libmount only a newline ends a line, and only spaces and tabs
   * end a field; Java knows more of both, some of which are bytes of letters.
   */
  private static final Pattern ENTRY =
      Pattern.compile("[ \t]*[^# \t][^ \t]*[ \t]+([^ \t]+).*", Pattern.DOTALL);

  public Fstab {
    mountPoints = List.copyOf(mountPoints);
  }

  /** Reads the file's text; a line that is no entry says nothing. */
  public static Fstab of(String text) {
    return new Fstab(
        Stream.of(text.split("\n", -1))
            .map(ENTRY::matcher)
            .filter(Matcher::matches)
            .map(entry -> entry.group(1))
            .toList());
  }

  /** Whether it names {@code directory}, in exactly these letters. */
  public boolean mounts(String directory) {
    return mountPoints.contains(directory);
  }
}

package io.github.containersnap.harness.updater;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an updater says boots next. Paths are from the top level of the filesystem, without a
 * leading slash.
 *
 * @param root the directory that becomes the root; {@code .} is the top level itself
 * @param kernel the kernel that the boot loader loads, which may lie outside the root; empty if the
 *     updater says nothing of it, or there is none
 * @param initrd its initrd
 * @param commandLine what the kernel is told
 */
public record NamedBoot(
    String root, Optional<String> kernel, Optional<String> initrd, Optional<String> commandLine) {
  private static final int LONGEST_PATH = 4096;
  private static final int LONGEST_TEXT = 64 << 10;

  /** A boot of which only the root is known. */
  public static NamedBoot ofRoot(String root) {
    return new NamedBoot(root, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /**
   * Reads what {@code next-boot} prints: lines {@code root=}, {@code kernel=}, {@code initrd=} and
   * {@code cmdline=}, each at most once.
   *
   * @return nothing if there is no line {@code root=}: nothing boots
   * @throws IllegalArgumentException with a sentence that says which line is wrong
   */
  static Optional<NamedBoot> read(String printed) {
    if (printed.length() > LONGEST_TEXT) {
      throw new IllegalArgumentException(
          "prints %d characters; %d are the most.".formatted(printed.length(), LONGEST_TEXT));
    }
    Optional<String> root = Optional.empty();
    Optional<String> kernel = Optional.empty();
    Optional<String> initrd = Optional.empty();
    Optional<String> commandLine = Optional.empty();
    List<String> seen = new ArrayList<>();
    for (String line : printed.lines().filter(line -> !line.isBlank()).toList()) {
      int equals = line.indexOf('=');
      String key = equals < 0 ? line : line.substring(0, equals);
      String value = equals < 0 ? "" : line.substring(equals + 1);
      if (seen.contains(key)) {
        throw new IllegalArgumentException("prints two lines %s=.".formatted(key));
      }
      seen.add(key);
      switch (key) {
        case "root" -> root = Optional.of(path(key, value));
        case "kernel" -> kernel = Optional.of(path(key, value));
        case "initrd" -> initrd = Optional.of(path(key, value));
        case "cmdline" -> commandLine = Optional.of(text(value));
        default ->
            throw new IllegalArgumentException(
                "prints '%.80s'; its lines are root=, kernel=, initrd= and cmdline=."
                    .formatted(line));
      }
    }
    if (root.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new NamedBoot(root.get(), kernel, initrd, commandLine));
  }

  private static String path(String key, String value) {
    String relative = value.startsWith("/") ? value.substring(1) : value;
    if (!relative.equals(".") && !isBelow(relative)) {
      throw new IllegalArgumentException(
          "prints '%s=%.80s', which is no path below the top level.".formatted(key, value));
    }
    return relative;
  }

  private static String text(String value) {
    if (value.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("prints a command line with control characters.");
    }
    return value;
  }

  /** Whether a text is a path below a directory, in its shortest form. */
  static boolean isBelow(String path) {
    return !path.isEmpty()
        && path.length() <= LONGEST_PATH
        && path.chars().noneMatch(Character::isISOControl)
        && !Path.of(path).isAbsolute()
        && Path.of(path).normalize().toString().equals(path)
        && !Path.of(path).startsWith("..");
  }
}

package io.github.containersnap.loopback.disk;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is mounted in this mount namespace, in the order of mounting (proc_pid_mountinfo(5)).
 *
 * @param mountPoints what stands where; a path may occur more than once
 */
record MountTable(List<MountPoint> mountPoints) {
  private static final Path FILE = Path.of("/proc/self/mountinfo");

  /**
   * One mount.
   *
   * @param at the absolute path it is mounted on
   * @param type the filesystem's type, such as {@code btrfs} or {@code fuse}
   */
  record MountPoint(Path at, String type) {}

  static MountTable read() {
    try {
      // Not decoded as UTF-8 yet: a single foreign mount with other bytes must not stop a sweep.
      return parse(Files.readString(FILE, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + FILE, e);
    }
  }

  static MountTable parse(String mountinfo) {
    return new MountTable(mountinfo.lines().flatMap(MountTable::mountPoint).toList());
  }

  private static Stream<MountPoint> mountPoint(String line) {
    int separator = line.indexOf(" - ");
    String[] fields = line.split(" ", -1);
    if (separator < 0 || fields.length < 5) {
      return Stream.empty();
    }
    String type = line.substring(separator + 3).split(" ", -1)[0];
    return Stream.of(new MountPoint(Path.of(decoded(fields[4])), type));
  }

  /** The kernel writes space, tab, newline and backslash as three octal digits. */
  private static String decoded(String field) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < field.length(); i++) {
      if (field.startsWith("\\", i) && field.substring(i).matches("\\\\[0-3][0-7]{2}.*")) {
        bytes.write(Integer.parseInt(field.substring(i + 1, i + 4), 8));
        i += 3;
      } else {
        bytes.write(field.charAt(i));
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** What is mounted at or below the directory, in the order in which it can be unmounted. */
  List<MountPoint> below(Path directory) {
    return mountPoints.reversed().stream()
        .filter(mount -> mount.at().startsWith(directory))
        .toList();
  }

  /** Whether a filesystem of this type is mounted on exactly this path. */
  boolean has(Path at, String type) {
    return mountPoints.contains(new MountPoint(at, type));
  }
}

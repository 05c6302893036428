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
   * @param source what is mounted: the device of a btrfs
   */
  record MountPoint(Path at, String type, String source) {}

  static MountTable read() {
    try {
      return read(FILE);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + FILE, e);
    }
  }

  /** What a process sees as mounted, in its own mount namespace. */
  static MountTable ofProcess(Path processDirectory) throws IOException {
    return read(processDirectory.resolve("mountinfo"));
  }

  private static MountTable read(Path mountinfo) throws IOException {
    // Not decoded as UTF-8 yet: a single foreign mount with other bytes must not stop a sweep.
    return parse(Files.readString(mountinfo, StandardCharsets.ISO_8859_1));
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
    String[] filesystem = line.substring(separator + 3).split(" ", -1);
    if (filesystem.length < 2) {
      return Stream.empty();
    }
    return Stream.of(
        new MountPoint(Path.of(decoded(fields[4])), filesystem[0], decoded(filesystem[1])));
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
    return mountPoints.stream()
        .anyMatch(mount -> mount.at().equals(at) && mount.type().equals(type));
  }

  /** Whether this device is mounted anywhere. */
  boolean hasSource(Path device) {
    return mountPoints.stream().anyMatch(mount -> mount.source().equals(device.toString()));
  }
}

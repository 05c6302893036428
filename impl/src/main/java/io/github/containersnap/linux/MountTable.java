package io.github.containersnap.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a process sees mounted, as proc_pid_mountinfo(5) tells it.
 *
 * @param mounts in the order of mounting; one place may occur more than once
 */
public record MountTable(List<MountInfo> mounts) {
  private static final Path OWN = Path.of("/proc/self");
  private static final Path FIRST = Path.of("/proc/1");

  public MountTable {
    mounts = List.copyOf(mounts);
  }

  /**
   * What this process sees.
   *
   * @throws UncheckedIOException if /proc is not mounted
   */
  public static MountTable own() {
    try {
      return ofProcess(OWN);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + OWN.resolve("mountinfo"), e);
    }
  }

  /**
   * What the first process sees: the mounts of the system, whatever namespace this process is in.
   * Empty if this process may not look, as in a container.
   */
  public static MountTable ofFirstProcess() {
    try {
      return ofProcess(FIRST);
    } catch (IOException hidden) {
      return new MountTable(List.of());
    }
  }

  /**
   * What a process sees.
   *
   * @param process its directory in /proc
   * @throws IOException if it has ended, or may not be looked at
   */
  public static MountTable ofProcess(Path process) throws IOException {
    // Not decoded as UTF-8 yet: one mount with a name in other bytes must not hide the rest.
    return parse(Files.readString(process.resolve("mountinfo"), StandardCharsets.ISO_8859_1));
  }

  /**
   * Reads the text of such a file. A line that is none of its lines is left out. The kernel escapes
   * a newline in names, and no other character that ends a line to Java.
   *
   * @param mountinfo its bytes, as ISO 8859-1
   */
  static MountTable parse(String mountinfo) {
    return new MountTable(
        Stream.of(mountinfo.split("\n", -1))
            .map(MountInfo::read)
            .flatMap(Optional::stream)
            .toList());
  }

  /** What is to be seen at {@code place}, if something is mounted there: of several the topmost. */
  public Optional<MountInfo> at(String place) {
    return mounts.stream().filter(it -> it.at().equals(place)).reduce((lower, upper) -> upper);
  }

  /** What is mounted on the directory or below it, in the order in which it can be unmounted. */
  public List<MountInfo> atOrBelow(Path directory) {
    return mounts.reversed().stream().filter(it -> it.isAtOrBelow(directory.toString())).toList();
  }

  /** As {@link #atOrBelow}, but what is mounted on the directory itself is left out. */
  public List<MountInfo> below(Path directory) {
    return atOrBelow(directory).stream()
        .filter(it -> !it.at().equals(directory.toString()))
        .toList();
  }

  /** Whether a filesystem of this type is mounted on exactly this place, and may be covered. */
  public boolean has(Path place, String type) {
    return mounts.stream()
        .anyMatch(it -> it.at().equals(place.toString()) && it.type().equals(type));
  }

  /** Whether this device is mounted anywhere, by this name. */
  public boolean hasSource(Path device) {
    return mounts.stream().anyMatch(it -> it.source().equals(device.toString()));
  }
}

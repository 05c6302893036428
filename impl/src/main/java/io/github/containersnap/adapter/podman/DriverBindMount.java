package io.github.containersnap.adapter.podman;

import io.github.containersnap.command.ExternalCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The mount of {@code GRAPHROOT/btrfs} onto itself that podman's btrfs driver makes while it works.
 * podman takes it away when all went well; when a pull fails or podman is killed it stays, and the
 * store can then be neither wiped nor unmounted.
 *
 * @param graphRoot podman's graphroot
 */
record DriverBindMount(Path graphRoot) {
  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

  /** Takes it away, as often as it is there. */
  void release() {
    for (long left = count(); left > 0; left--) {
      ExternalCommand.of("umount", "--no-canonicalize", directory()).run();
    }
  }

  private Path directory() {
    return graphRoot.resolve("btrfs");
  }

  private long count() {
    String escaped = escaped(directory().toString());
    try {
      return Files.readAllLines(MOUNTS).stream()
          .map(line -> line.split(" ", -1))
          .filter(fields -> fields.length > 4 && fields[4].equals(escaped))
          .count();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + MOUNTS, e);
    }
  }

  /** As proc_pid_mountinfo(5) writes it. */
  static String escaped(String path) {
    return path.replace("\\", "\\134")
        .replace(" ", "\\040")
        .replace("\t", "\\011")
        .replace("\n", "\\012");
  }
}

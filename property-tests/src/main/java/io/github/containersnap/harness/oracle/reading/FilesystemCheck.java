package io.github.containersnap.harness.oracle.reading;

import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.loopback.disk.Filesystem;
import java.nio.file.Path;
import java.util.Optional;

/** A filesystem's own check of itself, while it is not mounted. */
final class FilesystemCheck {
  private FilesystemCheck() {}

  /** What it finds damaged, if anything. */
  static Optional<String> complaint(Path device) {
    return complaint(Filesystem.BTRFS, device);
  }

  static Optional<String> complaint(Filesystem filesystem, Path device) {
    CommandOutput check = filesystem.check(device).runAnyStatus();
    return check.succeeded()
        ? Optional.empty()
        : Optional.of(
            check
                .standardError()
                .lines()
                .filter(line -> line.contains("rror"))
                .findFirst()
                .orElse("exit " + check.exitCode()));
  }
}

package io.github.containersnap.harness.oracle.reading;

import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.command.ExternalCommand;
import java.nio.file.Path;
import java.util.Optional;

/** btrfs's own check of a filesystem that is not mounted. */
final class FilesystemCheck {
  private FilesystemCheck() {}

  /** What it finds damaged, if anything. */
  static Optional<String> complaint(Path device) {
    CommandOutput check =
        ExternalCommand.of("btrfs", "check", "--readonly", "--force", device).runAnyStatus();
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

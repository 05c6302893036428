package io.github.containersnap.experiment;

import io.github.containersnap.engine.DeploymentId;
import io.github.containersnap.engine.Progress;
import java.nio.file.Path;

/** What the experiment needs of the updater under test. */
public interface Updater {
  /** Prepares the system whose btrfs top level is mounted at {@code top}. */
  Result initialize(Path top);

  /** Updates that system to the image of {@code reference}. */
  Result update(Path top, String reference, Progress progress);

  /** Settles whatever was interrupted, as a boot does. */
  Result recover(Path top);

  /** The same on a machine that has booted {@code running}. */
  default Result recover(Path top, DeploymentId running) {
    return recover(top);
  }

  /**
   * How a command ended.
   *
   * @param exitCode its exit status
   * @param output what it wrote to standard output
   * @param error what it wrote to standard error
   */
  record Result(int exitCode, String output, String error) {
    /** Whether it says that it succeeded. */
    public boolean succeeded() {
      return exitCode == 0;
    }

    /** The last line it wrote to standard error that says something went wrong. */
    public String complaint() {
      return error
          .lines()
          .filter(line -> line.startsWith("container-snap: "))
          .map(line -> line.substring("container-snap: ".length()))
          .reduce((earlier, later) -> later)
          .orElseGet(() -> "exit status " + exitCode + ", no message");
    }
  }
}

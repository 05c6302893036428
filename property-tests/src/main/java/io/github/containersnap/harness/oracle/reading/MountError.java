package io.github.containersnap.harness.oracle.reading;

import io.github.containersnap.command.CommandFailedException;
import java.nio.file.Path;

/** Why the kernel does not mount a disk, in mount's words without the names of this run's files. */
public final class MountError {
  private MountError() {}

  /**
   * One sentence part, the same for every run and every worker: violations are compared by it.
   *
   * @param refused mount's failure
   * @param mountPoint where it was to be mounted
   */
  public static String inWords(CommandFailedException refused, Path mountPoint) {
    String first = refused.standardError().strip().lines().findFirst().orElse("");
    String words =
        first
            .replaceFirst("^mount: ", "")
            .replace(mountPoint + ": ", "")
            .replaceAll(" on /dev/\\S+?(?=[,. ]|$)", "")
            .replaceFirst("\\.$", "");
    return words.isEmpty() ? "mount does not say why" : words;
  }
}

package io.github.containersnap.adapter.linux;

import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.command.ExternalCommand;
import java.nio.file.Path;
import java.util.List;

/** What is different in two files, as diff(1) shows it. */
public final class UnifiedDiff {
  private static final int DIFFERENT = 1;

  private UnifiedDiff() {}

  /**
   * The lines of a unified diff, none if the files are the same.
   *
   * @param before a regular file, or {@code /dev/null}
   * @param after the same
   */
  public static List<String> of(Path before, String nameBefore, Path after, String nameAfter) {
    ExternalCommand command =
        ExternalCommand.of("diff", "--unified", "--label", nameBefore, "--label", nameAfter)
            .with("--", before, after);
    CommandOutput output = command.runAnyStatus();
    if (output.exitCode() > DIFFERENT) {
      throw new IllegalStateException(
          "`%s` ended with status %d: %s"
              .formatted(command.commandLine(), output.exitCode(), output.standardError()));
    }
    return output.lines();
  }
}

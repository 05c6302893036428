package io.github.containersnap.adapter.linux;

import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.engine.model.PullProgress;
import io.github.containersnap.engine.model.UpdateStep;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Tells other processes which step this one is in, by a file of its process id on a tmpfs. Nothing
 * is decided by that file: it is only for people who look on, and whoever reads it makes sure by
 * the lock that the process is at work. So a file that cannot be written is no failure, and one
 * that a killed process leaves is not looked at.
 */
public final class RunningStep implements Progress {
  private final Path directory;
  private final Path file;
  private final Progress heard;

  /** Tells {@code heard} too; the file lies below {@code runtimeDirectory}. */
  public RunningStep(Path runtimeDirectory, Progress heard) {
    this.directory = directory(runtimeDirectory);
    this.file = directory.resolve(String.valueOf(ProcessHandle.current().pid()));
    this.heard = heard;
  }

  private static Path directory(Path runtimeDirectory) {
    return runtimeDirectory.resolve("steps");
  }

  @Override
  public void enters(UpdateStep step) {
    write(step);
    heard.enters(step);
  }

  private void write(UpdateStep step) {
    try {
      RootOnlyDirectory.make(directory);
      Files.writeString(file, step.name());
      file.toFile().deleteOnExit();
    } catch (IOException | RuntimeException e) {
      // Nobody can look on then.
    }
  }

  @Override
  public void notes(String line) {
    heard.notes(line);
  }

  @Override
  public void transfers(PullProgress transfer) {
    heard.transfers(transfer);
  }

  /** The step that the process {@code pid} has entered last, if it says so. Only reads. */
  static Optional<UpdateStep> of(Path runtimeDirectory, String pid) {
    Path file = directory(runtimeDirectory).resolve(pid);
    return new LinuxFiles()
        .readBytes(file, UpdateStep.RECOVER.name().length() * 2)
        .map(bytes -> new String(bytes, StandardCharsets.US_ASCII))
        .flatMap(
            name ->
                Arrays.stream(UpdateStep.values())
                    .filter(it -> it.name().equals(name))
                    .findFirst());
  }
}

package io.github.containersnap.oci;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.ExternalCommand;
import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * What a program unpacks of a file: {@code zstd}, {@code xz} or {@code bzip2}. The JDK knows none
 * of their formats.
 *
 * <p>A pipe that is pulled from, which the other ways to run an {@code ExternalCommand} are not:
 * they push a whole output into a sink.
 */
final class DecompressedStream extends FilterInputStream {
  private static final long SECONDS_TO_END = 10;

  private static final int LONGEST_ERROR = 1_000;

  private final String program;
  private final Process process;
  private boolean checked;

  /** Unpacks {@code file} with {@code program}, which knows the options -d, -c and -q. */
  DecompressedStream(String program, Path file) throws IOException {
    this(program, start(program, file));
  }

  private DecompressedStream(String program, Process process) {
    super(process.getInputStream());
    this.program = program;
    this.process = process;
  }

  private static Process start(String program, Path file) throws IOException {
    try {
      return ExternalCommand.of(program, "-d", "-c", "-q")
          .processBuilder()
          .redirectInput(file.toFile())
          .start();
    } catch (IOException | CommandFailedException e) {
      throw new IOException(
          "it is compressed and the program %1$s cannot be started; install %1$s"
              .formatted(program),
          e);
    }
  }

  @Override
  public int read() throws IOException {
    int value = super.read();
    checkAtEnd(value);
    return value;
  }

  @Override
  public int read(byte[] buffer, int start, int length) throws IOException {
    int count = super.read(buffer, start, length);
    checkAtEnd(count);
    return count;
  }

  /** The end of the output is the end of the archive only if the program says so. */
  private void checkAtEnd(int result) throws IOException {
    if (result >= 0 || checked) {
      return;
    }
    try {
      if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
        throw new IOException(program + " closed its output and did not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    if (process.exitValue() != 0) {
      throw new IOException(
          "%s ended with status %d: %s".formatted(program, process.exitValue(), errorText()));
    }
    checked = true;
  }

  private String errorText() throws IOException {
    byte[] start = process.getErrorStream().readNBytes(LONGEST_ERROR);
    return new String(start, StandardCharsets.UTF_8).strip();
  }

  @Override
  public void close() throws IOException {
    super.close();
    process.destroy();
  }
}

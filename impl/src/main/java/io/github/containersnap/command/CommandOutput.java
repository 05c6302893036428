package io.github.containersnap.command;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a finished command left behind.
 *
 * @param exitCode the exit status; 128 + N stands for death by signal N
 * @param standardOutput the raw bytes of standard output
 * @param standardError standard error, decoded as UTF-8
 */
@SuppressWarnings("ArrayRecordComponent") // raw bytes, handed over once and never compared
public record CommandOutput(int exitCode, byte[] standardOutput, String standardError) {

  /** Standard output decoded as UTF-8, without trailing white space. */
  public String text() {
    return new String(standardOutput, StandardCharsets.UTF_8).stripTrailing();
  }

  /** Standard output as lines. */
  public List<String> lines() {
    return text().lines().toList();
  }

  /** Whether the command ended with exit status 0. */
  public boolean succeeded() {
    return exitCode == 0;
  }
}

package io.github.containersnap.gate;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which case is meant, and where what it is made from lies. */
final class CaseOptions {
  @Parameters(index = "0", paramLabel = "CASE", description = "The case file.")
  private Path caseFile;

  @Option(
      names = "--from",
      paramLabel = "DIR",
      description = "The directory with base.img and write.log (or base.img.zst, write.log.zst).")
  private Optional<Path> from = Optional.empty();

  @SuppressWarnings("NullAway.Init") // picocli injects them
  CaseOptions() {}

  Path caseFile() {
    return caseFile;
  }

  Optional<Path> from() {
    return from;
  }
}

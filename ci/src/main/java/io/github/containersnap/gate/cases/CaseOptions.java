package io.github.containersnap.gate.cases;

import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.gate.run.UpdaterUnderTest;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which case is meant, and where what it is made from lies. */
public final class CaseOptions {
  @Parameters(index = "0", paramLabel = "CASE", description = "The case file.")
  private Path caseFile;

  @Option(
      names = "--from",
      paramLabel = "DIR",
      description = "The directory with base.img and write.log (or base.img.zst, write.log.zst).")
  private Optional<Path> from = Optional.empty();

  @Option(
      names = "--updater",
      paramLabel = "shell:DIR",
      description =
          "The updater of the case, where it was not container-snap. A case file is not believed"
              + " when it names programs to run.")
  private Optional<String> updater = Optional.empty();

  /** For picocli, which sets the options. */
  @SuppressWarnings("NullAway.Init")
  public // picocli injects them
  CaseOptions() {}

  Path caseFile() {
    return caseFile;
  }

  Optional<Path> from() {
    return from;
  }

  /** The updater of a case that is not container-snap's, if it is known: the gate's, or named. */
  Optional<UpdaterUnderTest> updaterOf(CaseFile file) {
    return UpdaterUnderTest.Prototype.NAME.equals(file.updater())
        ? Optional.of(new UpdaterUnderTest.Prototype())
        : updater.map(UpdaterUnderTest.Foreign::parse);
  }

  /**
   * Looks at whether an updater that was named can be the case's.
   *
   * @throws UnusableInputException if it cannot
   */
  void requireRightUpdater(CaseFile file) {
    if (updater.isPresent() && file.updater() == null) {
      throw new UnusableInputException(
          "The updater of this case is container-snap; leave --updater out.");
    }
  }
}

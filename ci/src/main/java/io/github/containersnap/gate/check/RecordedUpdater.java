package io.github.containersnap.gate.check;

import io.github.containersnap.gate.recording.RecordingFile;
import io.github.containersnap.gate.run.Scenario;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.gate.run.UpdaterUnderTest;
import io.github.containersnap.harness.experiment.BootLoaderKind;
import io.github.containersnap.harness.experiment.Transition;
import io.github.containersnap.harness.mutant.Mutants;
import io.github.containersnap.harness.mutant.UnknownMutantException;
import java.util.Optional;

/** What was recorded: who updated, and what. */
public final class RecordedUpdater {
  private RecordedUpdater() {}

  /** What was recorded. */
  public static Scenario scenario(RecordingFile file) {
    return new Scenario(
        Transition.named(file.transition()).orElseThrow(),
        BootLoaderKind.named(file.bootLoader()).orElseThrow());
  }

  /**
   * The updater of a recording, to be run again.
   *
   * @param named the one that the command line names
   * @throws UnusableInputException if the command line does not name the programs that were
   *     recorded
   */
  static UpdaterUnderTest of(RecordingFile file, Optional<UpdaterUnderTest> named) {
    if (file.updater() == null || file.updater().equals(UpdaterUnderTest.Prototype.NAME)) {
      if (named.isPresent()) {
        throw new UnusableInputException(
            "The recording is of %s; leave --updater out."
                .formatted(file.updater() == null ? "container-snap" : file.updater()));
      }
      return unrun(file);
    }
    UpdaterUnderTest updater =
        named.orElseThrow(
            () ->
                new UnusableInputException(
                    "The recording is of the updater %.200s, and a check runs its programs; name them with --updater."
                        .formatted(file.updater())));
    if (!updater.programsSha256().equals(Optional.ofNullable(file.updaterSha256()))) {
      throw new UnusableInputException(
          "%s has other programs than those that were recorded; name the same, or record again."
              .formatted(updater));
    }
    return updater;
  }

  /** The same, only to be named in a report. */
  public static UpdaterUnderTest unrun(RecordingFile file) {
    if (file.updater() == null) {
      return new UpdaterUnderTest.Shipped(mutants(file));
    }
    return file.updater().equals(UpdaterUnderTest.Prototype.NAME)
        ? new UpdaterUnderTest.Prototype()
        : UpdaterUnderTest.Foreign.named(file.updater());
  }

  private static Mutants mutants(RecordingFile file) {
    try {
      return Mutants.named(file.mutant() == null ? "" : file.mutant());
    } catch (UnknownMutantException unknown) {
      throw new UnusableInputException(
          "The recorded updater had the fault %s, which this gate does not know."
              .formatted(unknown.name()));
    }
  }
}

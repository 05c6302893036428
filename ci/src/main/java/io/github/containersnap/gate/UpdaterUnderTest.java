package io.github.containersnap.gate;

import io.github.containersnap.experiment.CommandLineUpdater;
import io.github.containersnap.experiment.DeploymentReading;
import io.github.containersnap.experiment.RootReading;
import io.github.containersnap.experiment.ShellUpdater;
import io.github.containersnap.experiment.SystemReading;
import io.github.containersnap.experiment.UpdateExperiment;
import io.github.containersnap.experiment.Updater;
import io.github.containersnap.loopback.disk.ScratchSpace;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.mutants.Mutant;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** Which updater a run is about. */
sealed interface UpdaterUnderTest {
  /**
   * container-snap itself.
   *
   * @param mutant the fault that was switched on
   */
  record Shipped(Optional<Mutant> mutant) implements UpdaterUnderTest {
    @Override
    public Updater in(Workspace workspace) {
      return new CommandLineUpdater(workspace.file("runtime"), mutant);
    }

    @Override
    public UpdateExperiment experiment(
        Workspace workspace, ScratchSpace scratch, Consumer<String> progress) {
      return new UpdateExperiment(
          workspace,
          scratch,
          in(workspace),
          new Shipped(Optional.empty()).in(workspace),
          new DeploymentReading(),
          progress);
    }
  }

  /**
   * Another one.
   *
   * @param directory its programs ({@link ShellUpdater})
   */
  record Foreign(Path directory) implements UpdaterUnderTest {
    private static final String SCHEME = "shell:";

    /**
     * The updater of an option's value.
     *
     * @throws UnusableInputException if there is none
     */
    static Foreign parse(String value) {
      if (!value.startsWith(SCHEME) || value.length() == SCHEME.length()) {
        throw new UnusableInputException(
            "--updater needs shell:DIR, where DIR has the updater's programs; '%s' is not that."
                .formatted(value));
      }
      Path directory = Path.of(value.substring(SCHEME.length())).toAbsolutePath().normalize();
      ShellUpdater.obstacle(directory)
          .ifPresent(
              obstacle -> {
                throw new UnusableInputException(obstacle);
              });
      return new Foreign(directory);
    }

    @Override
    public Updater in(Workspace workspace) {
      return new ShellUpdater(directory, workspace.file("updater"));
    }

    @Override
    public UpdateExperiment experiment(
        Workspace workspace, ScratchSpace scratch, Consumer<String> progress) {
      Updater updater = in(workspace);
      SystemReading reading = new RootReading(updater);
      return new UpdateExperiment(workspace, scratch, updater, updater, reading, progress);
    }

    @Override
    public String toString() {
      return SCHEME + directory;
    }
  }

  /** It, with the files of its runs in a workspace. */
  Updater in(Workspace workspace);

  /** An experiment with it. */
  UpdateExperiment experiment(Workspace workspace, ScratchSpace scratch, Consumer<String> progress);

  /** The fault that was switched on, if it has one. */
  default Optional<Mutant> fault() {
    return this instanceof Shipped(Optional<Mutant> mutant) ? mutant : Optional.empty();
  }

  /** Its name on the command line, if it is not container-snap. */
  default Optional<String> foreign() {
    return this instanceof Foreign foreign ? Optional.of(foreign.toString()) : Optional.empty();
  }
}

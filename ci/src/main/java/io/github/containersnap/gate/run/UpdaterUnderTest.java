package io.github.containersnap.gate.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.containersnap.base.Sha256;
import io.github.containersnap.harness.experiment.DeploymentReader;
import io.github.containersnap.harness.experiment.RootReader;
import io.github.containersnap.harness.experiment.SystemReader;
import io.github.containersnap.harness.experiment.TransitionExperiment;
import io.github.containersnap.harness.experiment.UpdateExperiment;
import io.github.containersnap.harness.mutant.Mutants;
import io.github.containersnap.harness.updater.CommandLineUpdater;
import io.github.containersnap.harness.updater.ShellUpdater;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.harness.updater.UpdaterSettings;
import io.github.containersnap.loopback.disk.Filesystem;
import io.github.containersnap.loopback.disk.ScratchSpace;
import io.github.containersnap.loopback.disk.Workspace;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Which updater a run is about. */
public sealed interface UpdaterUnderTest {
  /**
   * container-snap itself.
   *
   * @param mutants the faults that were switched on
   */
  record Shipped(Mutants mutants) implements UpdaterUnderTest {
    @Override
    public Updater in(Workspace workspace) {
      return new CommandLineUpdater(workspace.file("runtime"), mutants);
    }

    @Override
    public UpdateExperiment experiment(
        Workspace workspace, ScratchSpace scratch, Consumer<String> progress) {
      return new UpdateExperiment(
          workspace,
          scratch,
          in(workspace),
          new Shipped(Mutants.NONE).in(workspace),
          new DeploymentReader(),
          progress);
    }

    @Override
    public TransitionExperiment experiment(
        Scenario scenario, Workspace workspace, ScratchSpace scratch, Consumer<String> progress) {
      return new TransitionExperiment(
          scenario.transition(),
          scenario.bootLoader(),
          workspace,
          scratch,
          in(workspace),
          new Shipped(Mutants.NONE).in(workspace),
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
    public static Foreign parse(String value) {
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

    /** An updater that is only named, in a report; its programs may be elsewhere. */
    public static Foreign named(String value) {
      return new Foreign(
          Path.of(value.startsWith(SCHEME) ? value.substring(SCHEME.length()) : value));
    }

    @Override
    public Updater in(Workspace workspace) {
      return new ShellUpdater(directory, workspace.file("updater"));
    }

    private UpdaterSettings settings() {
      return UpdaterSettings.of(directory);
    }

    @Override
    public List<Filesystem> filesystems() {
      return settings().filesystems();
    }

    @Override
    public List<UpdaterSettings.RequiredProgram> required() {
      return settings().required();
    }

    @Override
    public String title() {
      return settings().title().orElseGet(() -> String.valueOf(directory.getFileName()));
    }

    @Override
    public List<String> ignored() {
      return settings().ignored();
    }

    @Override
    public Optional<String> programsSha256() {
      MessageDigest digest = Sha256.digest();
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          digest.update("%s %d\n".formatted(file.getFileName(), Files.size(file)).getBytes(UTF_8));
          digest.update(Files.readAllBytes(file));
        }
      } catch (IOException e) {
        throw new UnusableInputException(
            "The programs in %s cannot be read: %s.".formatted(directory, e.getMessage()));
      }
      return Optional.of(HexFormat.of().formatHex(digest.digest()));
    }

    @Override
    public UpdateExperiment experiment(
        Workspace workspace, ScratchSpace scratch, Consumer<String> progress) {
      return experiment(in(workspace), workspace, scratch, progress);
    }

    private static UpdateExperiment experiment(
        Updater updater, Workspace workspace, ScratchSpace scratch, Consumer<String> progress) {
      SystemReader reading = new RootReader(updater);
      return new UpdateExperiment(workspace, scratch, updater, updater, reading, progress);
    }

    @Override
    public String toString() {
      return SCHEME + directory;
    }
  }

  /**
   * The sequence of steps of the Go prototype that container-snap replaces, as its scripts order
   * them; the programs are those of ci/updaters/original-sequence.
   */
  record Prototype() implements UpdaterUnderTest {
    public static final String NAME = "original-sequence";
    public static final String DESCRIPTION =
        "the prototype's steps: pull, set-default, copy files of /etc, rebuild initrd and menu";

    private static final List<String> PROGRAMS =
        List.of(
            "podman-set-default/store.sh",
            "podman-set-default/install",
            "podman-set-default/update",
            "podman-set-default/next-root",
            NAME + "/install",
            NAME + "/update",
            NAME + "/next-root");

    @Override
    public Updater in(Workspace workspace) {
      return new Foreign(unpackedIn(workspace.file(workspace.uniqueName("prototype"))))
          .in(workspace);
    }

    private static Path unpackedIn(Path directory) {
      try {
        for (String program : PROGRAMS) {
          Path file = directory.resolve(program);
          Files.createDirectories(Objects.requireNonNull(file.getParent()));
          try (InputStream source =
              Objects.requireNonNull(
                  UpdaterUnderTest.class.getResourceAsStream("/updaters/" + program), program)) {
            long _ = Files.copy(source, file);
          }
          Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return directory.resolve(NAME);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot unpack the prototype's programs", e);
      }
    }

    @Override
    public UpdateExperiment experiment(
        Workspace workspace, ScratchSpace scratch, Consumer<String> progress) {
      return Foreign.experiment(in(workspace), workspace, scratch, progress);
    }

    @Override
    public String toString() {
      return NAME;
    }
  }

  /** It, with the files of its runs in a workspace. */
  Updater in(Workspace workspace);

  /** An experiment with it. */
  UpdateExperiment experiment(Workspace workspace, ScratchSpace scratch, Consumer<String> progress);

  /**
   * An experiment with a transition of it.
   *
   * @throws UnusableInputException if it is not container-snap
   */
  default TransitionExperiment experiment(
      Scenario scenario, Workspace workspace, ScratchSpace scratch, Consumer<String> progress) {
    throw new UnusableInputException("Only container-snap has transitions to check.");
  }

  /**
   * What its programs are recognised by: SHA-256 over the names and content of the files in their
   * directory; empty if they are part of this gate.
   */
  default Optional<String> programsSha256() {
    return Optional.empty();
  }

  /** The filesystems that it works on, the usual one first. */
  default List<Filesystem> filesystems() {
    return List.of(Filesystem.BTRFS);
  }

  /** The programs that it calls, as far as it says. */
  default List<UpdaterSettings.RequiredProgram> required() {
    return List.of();
  }

  /** What a report calls it. */
  default String title() {
    return foreign().orElse("container-snap");
  }

  /** Patterns of paths in its roots that are not judged. */
  default List<String> ignored() {
    return List.of();
  }

  /** The faults that were switched on. */
  default Mutants faults() {
    return this instanceof Shipped(Mutants mutants) ? mutants : Mutants.NONE;
  }

  /** Its name on the command line, if it is not container-snap. */
  default Optional<String> foreign() {
    return this instanceof Shipped ? Optional.empty() : Optional.of(toString());
  }
}

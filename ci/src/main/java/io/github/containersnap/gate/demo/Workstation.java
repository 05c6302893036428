package io.github.containersnap.gate.demo;

import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.vm.images.build.HostPackage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * The machine that the demonstration runs on, as the one where disks are installed: with
 * container-snap's package, in an empty directory.
 */
final class Workstation {
  private static final String NAME = "workstation";

  private final Path program;
  private final Path directory;
  private final DemoTerminal stage;

  Workstation(HostPackage packaged, Workspace workspace, DemoTerminal stage) throws IOException {
    this.program = packaged.unpackedIn(workspace.file("package"));
    this.directory = Files.createDirectory(workspace.file("workstation"));
    this.stage = stage;
  }

  /** Where its commands run. */
  Path directory() {
    return directory;
  }

  /**
   * Runs container-snap and shows what it writes.
   *
   * @param arguments separated by a space each
   * @throws DemoFailedException if it fails
   */
  void containerSnap(String arguments) {
    stage.types(NAME, "container-snap " + arguments);
    CommandOutput output =
        ExternalCommand.of(
                Stream.concat(
                        Stream.of(program.toString()), Arrays.stream(arguments.split(" ", -1)))
                    .toArray())
            .in(directory)
            .runAnyStatus();
    Stream.concat(output.standardError().lines(), output.lines().stream()).forEach(stage::shows);
    if (!output.succeeded()) {
      throw new DemoFailedException("it ended with status %d".formatted(output.exitCode()));
    }
  }
}

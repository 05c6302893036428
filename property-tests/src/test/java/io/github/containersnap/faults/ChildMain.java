package io.github.containersnap.faults;

import io.github.containersnap.cli.ContainerSnap;
import io.github.containersnap.cli.RealMachineAccess;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The command line as a process that can be killed; the first argument is its runtime directory.
 */
final class ChildMain {
  private ChildMain() {}

  public static void main(String[] arguments) {
    System.exit(
        ContainerSnap.commandLine(new RealMachineAccess(Path.of(arguments[0])))
            .execute(Arrays.copyOfRange(arguments, 1, arguments.length)));
  }
}

package io.github.containersnap.gate;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.experiment.ExperimentFailedException;
import io.github.containersnap.experiment.UnusablePairException;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The program behind {@code ci/gate}. */
@Command(
    name = "ci/gate",
    version = "container-snap gate 0.1",
    mixinStandardHelpOptions = true,
    description = {
      "Does an operating-system update survive a power cut at every write?",
      "",
      "Updates a disk from one OCI image to another with the real engine, podman and kernel btrfs"
          + " while every block write is recorded; replays a power cut after each write; and looks"
          + " at every disk as the boot loader and the kernel would.",
      "",
      "Without a command it makes a Debian pair of images and checks that, explaining what it does."
    },
    footer = {
      "",
      "Examples:",
      "  ci/gate",
      "  ci/gate check oci:/srv/os:stable oci-archive:/srv/os-next.tar --report report",
      "  ci/gate --mutant no-commit-after-switch      # a known fault, which must be caught",
      "",
      "Exit status: 0 the update held, 1 it did not, 2 usage or an image that cannot be used, 3"
          + " this machine cannot run it or states were left unknown."
    },
    subcommands = {CheckCommand.class, BenchmarkCommand.class})
public final class GateMain implements java.util.concurrent.Callable<Integer> {
  @Mixin private CheckOptions options;

  @SuppressWarnings("NullAway.Init") // picocli injects it
  private GateMain() {}

  /** Runs the gate and ends the process with its exit status. */
  public static void main(String[] arguments) {
    Logger.getLogger("").setLevel(Level.WARNING);
    System.exit(execute(arguments));
  }

  /** Runs the gate; returns its exit status. */
  static int execute(String... arguments) {
    return new CommandLine(new GateMain())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler((failure, command, parsed) -> report(failure, command))
        .execute(arguments);
  }

  @Override
  public Integer call() throws Exception {
    return new Check(options, new DefaultPair(options)).run().code();
  }

  private static int report(Exception failure, CommandLine command) throws Exception {
    ExitStatus status =
        switch (failure) {
          case UnusableInputException input -> ExitStatus.UNUSABLE;
          case UnusablePairException pair -> ExitStatus.UNUSABLE;
          case ExperimentFailedException experiment -> ExitStatus.CANNOT_TELL;
          case CommandFailedException external -> ExitStatus.CANNOT_TELL;
          case InterruptedException interrupted -> ExitStatus.CANNOT_TELL;
          default -> throw failure; // a defect of this program: its stack trace is wanted
        };
    command.getErr().println("ci/gate: " + failure.getMessage());
    return status.code();
  }
}

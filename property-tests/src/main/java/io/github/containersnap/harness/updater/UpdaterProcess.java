package io.github.containersnap.harness.updater;

import io.github.containersnap.adapter.MachineAccess;
import io.github.containersnap.adapter.RealMachineAccess;
import io.github.containersnap.cli.ContainerSnap;
import io.github.containersnap.harness.mutant.Mutants;
import io.github.containersnap.harness.mutant.planted.FaultSwitch;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The command line as a process that can be killed. Its arguments: the directory of its runs'
 * files; the names of the mutants it is, or {@link #SOUND}; the number of the port call before
 * which it dies, from 1, or 0 if it does not die by itself; then those of the command line.
 */
public final class UpdaterProcess {
  /** The name of the engine without a fault. */
  public static final String SOUND = "-";

  /** What a shell says of a process that was killed by SIGKILL: 128 and the signal's number. */
  public static final int KILLED = 137;

  private UpdaterProcess() {}

  /** Runs the command line. */
  public static void main(String[] arguments) {
    int deadly = Integer.parseInt(arguments[2]);
    PortCallCounter calls =
        new PortCallCounter(
            (number, call) -> {
              if (number == deadly) {
                // As SIGKILL: no hook runs, nothing is closed but by the kernel.
                Runtime.getRuntime().halt(KILLED);
              }
            });
    Mutants mutants = arguments[1].equals(SOUND) ? Mutants.NONE : Mutants.named(arguments[1]);
    MachineAccess real = new RealMachineAccess(Path.of(arguments[0]));
    MachineAccess access =
        (root, registries, progress) ->
            calls.of(mutants.apply(real.open(root, registries, progress)));
    try (FaultSwitch _ = mutants.switchOn()) {
      System.exit(
          ContainerSnap.commandLine(access)
              .execute(Arrays.copyOfRange(arguments, 3, arguments.length)));
    }
  }
}

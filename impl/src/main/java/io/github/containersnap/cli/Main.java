package io.github.containersnap.cli;

import io.github.containersnap.adapter.MachineAccess;
import io.github.containersnap.adapter.RealMachineAccess;
import io.github.containersnap.command.PrintableText;
import java.util.Optional;

/**
 * Where the program starts. This class names none of picocli's: the virtual machine would load them
 * to verify it.
 */
public final class Main {
  private Main() {}

  /** Runs a command line on the real machine. */
  public static void main(String[] arguments) {
    MachineAccess access = new RealMachineAccess();
    Optional<LookupLine> lookup = LookupLine.of(arguments);
    if (lookup.isEmpty()) {
      System.exit(ContainerSnap.run(access, System.out, System.err, arguments));
    }
    int status =
        lookup
            .get()
            .execute(access, PrintableText.writer(System.out), PrintableText.writer(System.err));
    if (status != 0) { // else nothing is left that runs, and the way out is shorter
      System.exit(status);
    }
  }
}

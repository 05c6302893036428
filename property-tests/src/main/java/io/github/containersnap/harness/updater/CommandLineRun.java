package io.github.containersnap.harness.updater;

import io.github.containersnap.adapter.MachineAccess;
import io.github.containersnap.cli.ContainerSnap;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a run of container-snap's command line came to. It runs in this process, which has no
 * terminal.
 *
 * @param exit its exit status
 * @param out its standard output
 * @param error its standard error
 */
public record CommandLineRun(int exit, String out, String error) {

  /** Runs it on the machine that {@code access} opens. */
  public static CommandLineRun of(MachineAccess access, List<String> arguments) {
    StringWriter out = new StringWriter();
    StringWriter error = new StringWriter();
    int exit =
        ContainerSnap.commandLine(access)
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(error, true))
            .execute(arguments.toArray(String[]::new));
    return new CommandLineRun(exit, out.toString(), error.toString());
  }

  /**
   * Runs it on a system that is not running.
   *
   * @param top where the top level of its btrfs is mounted
   */
  public static CommandLineRun onRoot(Path top, MachineAccess access, String... arguments) {
    return of(
        access, Stream.concat(Stream.of("--root", top.toString()), Stream.of(arguments)).toList());
  }
}

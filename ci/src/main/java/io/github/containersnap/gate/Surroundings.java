package io.github.containersnap.gate;

import java.io.PrintStream;
import java.time.InstantSource;

/**
 * What a run of the gate has around it.
 *
 * @param out standard output, for the result
 * @param err standard error, for everything else
 * @param console the same as something to follow the work on
 * @param interruption tells when the work is to stop
 */
record Surroundings(PrintStream out, PrintStream err, Console console, Interruption interruption) {

  /** This process, which ends with the run. */
  static Surroundings ofThisProcess() {
    Console console = Console.ofThisProcess();
    return new Surroundings(
        System.out, System.err, console, Interruption.ofThisProcess(System.err, console));
  }

  /** Part of a process that goes on after the run: nothing interrupts it, nothing is redrawn. */
  static Surroundings within(PrintStream out, PrintStream err) {
    return new Surroundings(
        out,
        err,
        new Console(err, Terminal.none(), InstantSource.system()),
        new Interruption(err, () -> {}));
  }
}

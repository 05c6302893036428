package io.github.containersnap.gate.run;

import io.github.containersnap.command.PrintableText;
import io.github.containersnap.gate.terminal.InterruptedWorkException;
import io.github.containersnap.gate.terminal.ProgressDisplay;
import io.github.containersnap.gate.terminal.ScopedThreads;
import io.github.containersnap.gate.terminal.SignalHandler;
import io.github.containersnap.gate.terminal.Terminal;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.vm.images.cache.ImageCache;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;

/**
 * What a run of the gate has around it.
 *
 * @param out standard output, for the result
 * @param err standard error, for everything else
 * @param console the same as something to follow the work on
 * @param interruption tells when the work is to stop
 */
public record GateContext(
    PrintStream out, PrintStream err, ProgressDisplay console, SignalHandler interruption) {

  /** This process, which ends with the run. */
  public static GateContext ofThisProcess() {
    ProgressDisplay console = ProgressDisplay.ofThisProcess();
    return new GateContext(
        PrintableText.stream(System.out),
        PrintableText.stream(System.err),
        console,
        SignalHandler.ofThisProcess(System.err, console));
  }

  /** The work begins a part of itself; every such line is a point at which it can be stopped. */
  public void part(String line) {
    interruption.check();
    console.part(line);
  }

  /** Where the runs of this user have their directories. */
  static Path runs() throws IOException {
    return Files.createDirectories(ImageCache.ofThisUser().root().resolve("runs"));
  }

  /** Takes away what runs left that were killed, and says so. */
  public void sweep() throws IOException {
    Workspace.sweep(runs()).forEach(line -> console.part("cleaned up after a dead run: " + line));
  }

  /** A directory for this run, which an interruption leaves time to clear. */
  public Workspace openWorkspace() throws IOException {
    Workspace workspace = Workspace.open(runs(), interruption::awaitEndOfWork);
    interruption.worksIn(workspace.directory());
    return workspace;
  }

  /**
   * Does {@code work}, called {@code what}, with threads of its own.
   *
   * @throws InterruptedWorkException if the run was interrupted meanwhile
   */
  public <T> T run(String what, Callable<T> work) throws InterruptedException {
    try {
      return ScopedThreads.run(work);
    } catch (ExecutionException e) {
      interruption.check();
      throw new IllegalStateException(what + " failed: " + e.getCause(), e.getCause());
    }
  }

  /** Part of a process that goes on after the run: nothing interrupts it, nothing is redrawn. */
  public static GateContext within(PrintStream out, PrintStream err) {
    return new GateContext(
        out,
        err,
        new ProgressDisplay(err, Terminal.none(), InstantSource.system()),
        new SignalHandler(err, () -> {}));
  }
}

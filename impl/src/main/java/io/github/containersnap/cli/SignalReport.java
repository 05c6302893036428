package io.github.containersnap.cli;

import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicBoolean;

/** Says what a signal (Ctrl-C, a lost terminal, {@code systemctl stop}) has done to a command. */
final class SignalReport {
  private final AtomicBoolean ended = new AtomicBoolean();

  private SignalReport() {}

  /** Watches from now on; {@link #ended} must be called before the process exits by itself. */
  static SignalReport watch(PrintStream error) {
    SignalReport interruption = new SignalReport();
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().unstarted(() -> interruption.tell(error)));
    return interruption;
  }

  void ended() {
    ended.set(true);
  }

  private void tell(PrintStream error) {
    if (!ended.get()) {
      error.println();
      error.println(
          "container-snap: Interrupted by a signal. The next container-snap command that changes"
              + " something, or the next boot, removes what is unfinished.");
      error.println(
          "The system that boots is wholly the old one or wholly the new one: see `container-snap"
              + " status`.");
    }
  }
}

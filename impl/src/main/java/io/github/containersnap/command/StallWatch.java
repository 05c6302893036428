package io.github.containersnap.command;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.commons.exec.ExecuteWatchdog;
import org.jspecify.annotations.Nullable;

/**
 * Kills a command, and all processes below it, that does nothing for too long. What Commons Exec
 * has counts the time from the start and sends SIGTERM to the one process alone.
 *
 * <p>Programs in Go do not sit still while they wait: their runtime writes single bytes to itself,
 * about ten a second. So it is a rate that tells work from waiting.
 */
final class StallWatch extends ExecuteWatchdog {
  private static final Duration LONGEST_BETWEEN_LOOKS = Duration.ofSeconds(1);

  /** What the slowest line that is of use moves; several times what a waiting program does. */
  static final int LEAST_BYTES_A_SECOND = 64;

  private final Duration patience;
  private boolean killed;
  private @Nullable Thread thread;

  /** Kills what does next to nothing for {@code patience}. */
  @SuppressWarnings("deprecation") // the builder, meant in its stead, makes no subclasses
  StallWatch(Duration patience) {
    super(INFINITE_TIMEOUT);
    this.patience = patience;
  }

  @Override
  public synchronized void start(Process process) {
    ProcessHandle root = process.toHandle();
    thread = Thread.ofPlatform().name("stall-watch").daemon().start(() -> watch(root));
  }

  private void watch(ProcessHandle root) {
    Duration between =
        patience.dividedBy(8).compareTo(LONGEST_BETWEEN_LOOKS) < 0
            ? patience.dividedBy(8)
            : LONGEST_BETWEEN_LOOKS;
    double enough = LEAST_BYTES_A_SECOND * (patience.toMillis() / 1000.0);
    ProcessActivity last = ProcessActivity.NONE; // a look at each process of the machine is dear
    long since = System.nanoTime();
    try {
      while (root.isAlive()) {
        TimeUnit.MILLISECONDS.sleep(Math.max(1, between.toMillis()));
        ProcessActivity now = ProcessActivity.of(root);
        if (now.waitsForDisk() || Math.abs(now.moved() - last.moved()) >= enough) {
          last = now;
          since = System.nanoTime();
        } else if (System.nanoTime() - since > patience.toNanos()) {
          kill(root);
          return;
        }
      }
    } catch (InterruptedException ended) {
      // The command has ended by itself.
    }
  }

  private synchronized void kill(ProcessHandle root) {
    if (Thread.currentThread().isInterrupted()) {
      return; // it ended this very moment
    }
    killed = true;
    // List the children first: once their parent is gone, nothing leads to them, and they hold its
    // output. The parent still ends first: it would go on when one of its children ends.
    List<ProcessHandle> below = root.descendants().toList();
    root.destroyForcibly();
    below.forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public synchronized boolean killedProcess() {
    return killed;
  }

  @Override
  public synchronized void stop() {
    if (thread != null) {
      thread.interrupt();
    }
  }
}

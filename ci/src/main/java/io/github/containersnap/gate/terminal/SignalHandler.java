package io.github.containersnap.gate.terminal;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ctrl-C, or a kill that can be heard: the work is stopped where it is, takes away in order what it
 * had made, and only then the process ends. Its exit status is that of the signal: 130 after
 * SIGINT, 143 after SIGTERM.
 *
 * <p>The JVM runs all its shutdown hooks at once, so those that clean up must wait for this: {@link
 * #awaitEndOfWork} is what they call.
 */
public final class SignalHandler {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
  private static final Duration UNNOTICED = Duration.ofSeconds(1);
  private static final Duration LAST_ATTEMPT = Duration.ofSeconds(10);

  /** Ends in its own time: what is mounted over it has to be unmounted first. */
  private static final String RECORDER = "qemu-storage-daemon";

  private final PrintStream err;
  private final Runnable newLine;
  private final CountDownLatch workEnded = new CountDownLatch(1);
  private volatile boolean requested;
  private volatile @Nullable Path ownDirectory;

  /**
   * An interruption that never comes by itself.
   *
   * @param newLine called before anything is printed, which may be in the middle of a line
   */
  public SignalHandler(PrintStream err, Runnable newLine) {
    this.err = err;
    this.newLine = newLine;
  }

  /** The interruption of this process, whose work is done by the thread that calls this. */
  public static SignalHandler ofThisProcess(PrintStream err, ProgressDisplay console) {
    SignalHandler interruption = new SignalHandler(err, console::wipeLine);
    Thread worker = Thread.currentThread();
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("interruption")
                .unstarted(() -> interruption.processEnds(worker)));
    return interruption;
  }

  /** Whether the work is to stop. */
  public boolean requested() {
    return requested;
  }

  /**
   * To be called wherever the work may stop.
   *
   * @throws InterruptedWorkException if it is to stop here
   */
  public void check() {
    if (requested) {
      throw new InterruptedWorkException();
    }
  }

  /** All that the work makes lies in this directory, and goes with it. */
  public void worksIn(Path directory) {
    ownDirectory = directory;
  }

  /** The work has ended, be it done or stopped. */
  public void workEnded() {
    workEnded.countDown();
  }

  /** Returns when the work has ended, or after a minute. */
  public void awaitEndOfWork() {
    await(LONGEST_WAIT);
  }

  private boolean await(Duration atMost) {
    try {
      return workEnded.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void processEnds(Thread worker) {
    if (await(Duration.ZERO)) {
      return; // not interrupted: the process ends because the work is done
    }
    requested = true;
    worker.interrupt();
    stopChildren();
    if (!await(UNNOTICED)) {
      say("interrupted, cleaning up …");
    }
    awaitEndOfWork();
    say(
        isLeft()
            ? "interrupted; some of what it had made could not be taken away and is left in %s; the next start tries again."
                .formatted(ownDirectory)
            : "interrupted; everything that it had made has been taken away.");
  }

  /**
   * A terminal sends Ctrl-C to them too; kill(1) does not. None of them has anything to lose: what
   * they write is deleted, and what they mount is unmounted.
   */
  private static void stopChildren() {
    ProcessHandle.current()
        .children()
        .filter(child -> !child.info().command().orElse("").endsWith(RECORDER))
        .forEach(ProcessHandle::destroyForcibly);
  }

  /** Shutdown hooks of what could not be closed in order may still be at it. */
  private boolean isLeft() {
    Path directory = ownDirectory;
    if (directory == null) {
      return false;
    }
    long deadline = System.nanoTime() + LAST_ATTEMPT.toNanos();
    while (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      if (System.nanoTime() > deadline) {
        return true;
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return true;
      }
    }
    return false;
  }

  private void say(String what) {
    newLine.run();
    err.println("ci/gate: " + what);
    err.flush();
  }
}

package io.github.containersnap.installation;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and SIGTERM while something is being made. The programs that it runs are ended, so the
 * work fails and takes away what it made, as after any failure. If it does not come to that in
 * time, what must not stay is taken away from under it.
 */
final class Interruption implements AutoCloseable {
  private static final int SECONDS_TO_FAIL = 10;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Runnable takeAway;
  private final Thread hook = Thread.ofPlatform().name("interrupted").unstarted(this::interrupted);

  private Interruption(Runnable takeAway) {
    this.takeAway = takeAway;
  }

  /** Watches until it is closed; {@code takeAway} is the last resort. */
  static Interruption watch(Runnable takeAway) {
    Interruption watching = new Interruption(takeAway);
    Runtime.getRuntime().addShutdownHook(watching.hook);
    return watching;
  }

  private void interrupted() {
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroy);
    if (!endedInTime()) {
      takeAway.run();
    }
  }

  private boolean endedInTime() {
    try {
      return ended.await(SECONDS_TO_FAIL, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      return false;
    }
  }

  @Override
  public void close() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      return; // it is running
    }
  }
}

package io.github.containersnap.install;

import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.engine.model.PullProgress;
import io.github.containersnap.engine.model.UpdateStep;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and SIGTERM while something is being made. The programs that it runs are ended and the
 * next step is not begun, so the work fails and takes away what it made, as after any failure. If
 * it does not come to that in time, what must not stay is taken away from under it.
 */
final class InstallSignals implements AutoCloseable {
  private static final int SECONDS_TO_FAIL = 10;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook = Thread.ofPlatform().name("interrupted").unstarted(this::interrupted);
  private volatile boolean came;
  private volatile boolean asking;
  private volatile Runnable lastResort = () -> {};

  private InstallSignals() {}

  /** Watches until it is closed. */
  static InstallSignals watch() {
    InstallSignals watching = new InstallSignals();
    Runtime.getRuntime().addShutdownHook(watching.hook);
    return watching;
  }

  /** What is done if the work does not end by itself. */
  void lastResort(Runnable takeAway) {
    lastResort = takeAway;
  }

  /** Asks a person; an interruption meanwhile is an answer, and nobody need be waited for. */
  void whileAsking(Runnable question) {
    asking = true;
    question.run();
    asking = false;
  }

  /** Whether it came. */
  boolean came() {
    return came;
  }

  /**
   * Goes on only if no interruption came.
   *
   * @throws InterruptedInstallationException if one came
   */
  void check() {
    if (came) {
      throw new InterruptedInstallationException();
    }
  }

  /** For a transaction that is to begin no step after an interruption. */
  Progress heededBy(Progress progress) {
    return new Heeding(progress);
  }

  private final class Heeding implements Progress {
    private final Progress hears;

    Heeding(Progress hears) {
      this.hears = hears;
    }

    @Override
    public void enters(UpdateStep step) {
      if (step.compareTo(UpdateStep.COMMIT) <= 0) { // what is committed is cleared up in any case
        check();
      }
      hears.enters(step);
    }

    @Override
    public void notes(String line) {
      hears.notes(line);
    }

    @Override
    public void transfers(PullProgress transfer) {
      hears.transfers(transfer);
    }
  }

  private void interrupted() {
    came = true;
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroy);
    if (asking || !endedInTime()) {
      lastResort.run();
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

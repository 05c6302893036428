package io.github.containersnap.base;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting for the kernel or another process, for a limited time. */
public final class Waiting {
  private static final long LONGEST_PAUSE_MILLISECONDS = 20;

  private Waiting() {}

  /**
   * Whether the condition came true in time. It is looked at before any waiting, so that what is
   * true already costs nothing, and once more when the time is over. The pauses grow from one
   * millisecond: the kernel is mostly done within a few.
   *
   * @return also false if this thread is interrupted, which it stays
   */
  public static boolean until(Duration atMost, BooleanSupplier condition) {
    long begin = System.nanoTime();
    long pause = 1;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - begin >= atMost.toNanos() || !slept(pause)) {
        return false;
      }
      pause = Math.min(2 * pause, LONGEST_PAUSE_MILLISECONDS);
    }
    return true;
  }

  private static boolean slept(long milliseconds) {
    try {
      Thread.sleep(milliseconds);
      return true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}

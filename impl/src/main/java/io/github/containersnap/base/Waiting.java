package io.github.containersnap.base;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting for the kernel or another process, for a limited time. */
public final class Waiting {
  private static final long BETWEEN_LOOKS_MILLISECONDS = 20;

  private Waiting() {}

  /** Whether the condition came true in time. It is looked at before any waiting. */
  public static boolean until(Duration atMost, BooleanSupplier condition) {
    long looks = atMost.toMillis() / BETWEEN_LOOKS_MILLISECONDS;
    for (long look = 0; !condition.getAsBoolean(); look++) {
      if (look == looks || !slept()) {
        return false;
      }
    }
    return true;
  }

  private static boolean slept() {
    try {
      Thread.sleep(BETWEEN_LOOKS_MILLISECONDS);
      return true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}

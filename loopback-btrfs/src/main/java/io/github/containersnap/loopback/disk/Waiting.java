package io.github.containersnap.loopback.disk;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Waiting for the kernel or another process, for a limited time. */
final class Waiting {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

  private Waiting() {}

  /**
   * Whether the condition came true in time. It is looked at once before any waiting, so that what
   * is true already costs nothing.
   */
  static boolean until(Duration atMost, BooleanSupplier condition) {
    if (condition.getAsBoolean()) {
      return true;
    }
    try {
      Awaitility.await()
          // By default what any other thread dies of ends the waiting, too: in a shutdown hook that
          // may be another hook's failure, and ours would leave all that it was to take away.
          .dontCatchUncaughtExceptions()
          .pollDelay(BETWEEN_LOOKS)
          .pollInterval(BETWEEN_LOOKS)
          .atMost(atMost)
          .until(condition::getAsBoolean);
      return true;
    } catch (ConditionTimeoutException _) {
      return false;
    }
  }
}

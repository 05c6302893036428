package io.github.containersnap.harness.fault;

import java.io.IOException;

/** One kind of fault, at a number of places one after the other. */
interface FaultRun {
  /**
   * Lets it happen at each.
   *
   * @throws PropertyViolatedException at the first after which the machine is not as promised
   */
  void run(Tries tries) throws IOException, InterruptedException;

  /** Hears of each place before the fault happens there. */
  interface Tries {
    /** The next place, in words. */
    void next(String where);
  }
}

package io.github.containersnap.engine.model;

/**
 * Hears how far a transaction is. An implementation fails only to stop it: before the commit point
 * the transaction then ends as after any other failure in that step.
 */
public interface Progress {
  /** The transaction enters {@code step}. */
  void enters(UpdateStep step);

  /** Something worth a line, such as a conflict in /etc or a store that had to be repaired. */
  void notes(String line);

  /**
   * An image that is being pulled has come further; called from another thread than the rest, but
   * never at the same time. Not every store can tell: there may be no call at all.
   */
  default void transfers(PullProgress transfer) {
    // A listener that tells of steps alone has nothing to say.
  }

  /** Hears nothing. */
  Progress NONE =
      new Progress() {
        @Override
        public void enters(UpdateStep step) {}

        @Override
        public void notes(String line) {}
      };
}

package io.github.containersnap.engine.port;

/** Keeps two transactions on one machine apart; the kernel releases it when its process dies. */
public interface SystemLock {
  /**
   * Takes the lock.
   *
   * @throws io.github.containersnap.engine.LockedException if another holds it
   */
  Held acquire();

  /** The lock, held until closed. */
  interface Held extends AutoCloseable {
    @Override
    void close();
  }
}

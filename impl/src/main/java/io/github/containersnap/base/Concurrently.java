package io.github.containersnap.base;

import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * What two tasks gave that were done at the same time.
 *
 * @param first what the first gave
 * @param second what the second gave
 */
public record Concurrently<A, B>(A first, B second) {

  /**
   * Does both and returns when both have ended, also if one fails; what it threw is thrown here.
   */
  public static <A, B> Concurrently<A, B> of(Supplier<A> first, Supplier<B> second) {
    FutureTask<A> beside = new FutureTask<>(first::get);
    Thread thread = Thread.ofPlatform().name("beside").start(beside);
    B own;
    try {
      own = second.get();
    } catch (RuntimeException e) {
      join(thread);
      throw e;
    }
    join(thread);
    return new Concurrently<>(result(beside), own);
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true; // what the other task made has to be cleared up first
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static <T> T result(FutureTask<T> ended) {
    try {
      return ended.resultNow();
    } catch (IllegalStateException failed) {
      if (ended.exceptionNow() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("A task failed", ended.exceptionNow());
    }
  }
}

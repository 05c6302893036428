package io.github.containersnap.gate.terminal;

import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Work with threads of its own, all of which have ended when it returns, however it ends. Threads
 * of a sweep that still mount and unmount would keep their disks from being taken away.
 */
public final class ScopedThreads {
  private static final long AGAIN_MILLISECONDS = 20;

  private ScopedThreads() {}

  /**
   * Runs the work and waits for every thread that it started.
   *
   * @throws InterruptedException if this thread is interrupted; the work has been, too
   * @throws ExecutionException if the work threw something
   */
  public static <T> T run(Callable<T> work) throws InterruptedException, ExecutionException {
    // Every thread belongs to the group of the one that started it, unless somebody asks otherwise.
    ThreadGroup group = new ThreadGroup("work");
    FutureTask<T> task = new FutureTask<>(work);
    new Thread(group, task, "work").start();
    try {
      return task.get();
    } catch (InterruptedException e) {
      group.interrupt();
      throw e;
    } finally {
      awaitEnd(group);
    }
  }

  private static void awaitEnd(ThreadGroup group) {
    boolean interrupted = false;
    while (group.activeCount() > 0) {
      Thread[] threads = new Thread[group.activeCount() + 1];
      int count = group.enumerate(threads);
      for (Thread thread : Arrays.copyOf(threads, count)) {
        try {
          Objects.requireNonNull(thread).join(AGAIN_MILLISECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

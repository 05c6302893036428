package io.github.containersnap.harness.fault;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Many cases of one claim, some at a time: most of each is waiting. All are tried; the failure of
 * the first that does not hold is thrown, with how many did not.
 *
 * @param atATime how many
 */
record Cases(int atATime) {
  /** A case with a name by which it can be found again. */
  interface Named {
    String name();
  }

  /** What is claimed of a case. */
  interface Claim<C> {
    void of(C one) throws IOException;
  }

  <C extends Named> void run(List<C> cases, Claim<C> claim) {
    List<Throwable> failures = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(atATime)) {
      List<Future<?>> running = new ArrayList<>();
      for (C one : cases) {
        running.add(threads.submit(() -> judge(one, claim)));
      }
      for (Future<?> future : running) {
        failure(future, failures);
      }
    }
    if (!failures.isEmpty()) {
      AssertionError error =
          new AssertionError(
              "%d of %d cases do not hold; the first: %s"
                  .formatted(failures.size(), cases.size(), failures.getFirst().getMessage()),
              failures.getFirst());
      failures.stream().skip(1).forEach(error::addSuppressed);
      throw error;
    }
  }

  private static <C extends Named> Void judge(C one, Claim<C> claim) {
    try {
      claim.of(one);
      return null;
    } catch (IOException | RuntimeException | AssertionError e) {
      throw new AssertionError(one.name() + ": " + e.getMessage(), e);
    }
  }

  private static void failure(Future<?> future, List<Throwable> failures) {
    try {
      future.get();
    } catch (ExecutionException e) {
      failures.add(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted among the cases", e);
    }
  }
}

package io.github.containersnap.gate.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ScopedThreadsTest {

  @Test
  void a_thread_that_nobody_waited_for_is_waited_for() {
    AtomicBoolean ended = new AtomicBoolean();
    assertThatThrownBy(
            () ->
                ScopedThreads.run(
                    () -> {
                      leaveRunning(ended);
                      throw new IllegalStateException("it fails");
                    }))
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseMessage("it fails");
    assertThat(ended).isTrue();
  }

  private static void leaveRunning(AtomicBoolean ended) {
    ExecutorService pool = Executors.newFixedThreadPool(1);
    pool.execute(
        () -> {
          sleepThroughInterruptions();
          ended.set(true);
        });
    pool.shutdown();
  }

  private static void sleepThroughInterruptions() {
    long end = System.nanoTime() + 300_000_000;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  @Test
  void an_interruption_reaches_all_of_them_and_then_the_caller() throws Exception {
    CountDownLatch working = new CountDownLatch(1);
    AtomicBoolean workerInterrupted = new AtomicBoolean();
    AtomicBoolean callerInterrupted = new AtomicBoolean();
    Thread caller =
        new Thread(
            () -> {
              try {
                Integer never =
                    ScopedThreads.run(
                        () -> {
                          working.countDown();
                          try {
                            Thread.sleep(60_000);
                          } catch (InterruptedException e) {
                            workerInterrupted.set(true);
                          }
                          return 1;
                        });
                throw new AssertionError("it was not interrupted: " + never);
              } catch (InterruptedException e) {
                callerInterrupted.set(true);
              } catch (ExecutionException e) {
                throw new AssertionError(e);
              }
            });
    caller.start();
    working.await();
    caller.interrupt();
    caller.join();
    assertThat(workerInterrupted).isTrue();
    assertThat(callerInterrupted).isTrue();
  }
}

package io.github.containersnap.vm.container;

import java.util.Optional;
import org.testcontainers.DockerClientFactory;

/**
 * Testcontainers has a shutdown hook that asks the engine for containers to remove. Ours is closed
 * by then, with all its containers: that the hook does not reach it is no news to anybody.
 *
 * @param before who was told of uncaught exceptions until now, if anybody
 */
record IgnoredShutdownHook(Optional<Thread.UncaughtExceptionHandler> before)
    implements Thread.UncaughtExceptionHandler {

  /** From now on the hook fails in silence; everybody else as before. */
  static void beCalm() {
    Optional<Thread.UncaughtExceptionHandler> present =
        Optional.ofNullable(Thread.getDefaultUncaughtExceptionHandler());
    if (present.filter(IgnoredShutdownHook.class::isInstance).isEmpty()) {
      Thread.setDefaultUncaughtExceptionHandler(new IgnoredShutdownHook(present));
    }
  }

  @Override
  public void uncaughtException(Thread thread, Throwable failure) {
    if (DockerClientFactory.TESTCONTAINERS_THREAD_GROUP.equals(thread.getThreadGroup())) {
      return;
    }
    if (before.isPresent()) {
      before.get().uncaughtException(thread, failure);
    } else {
      System.err.print("Exception in thread \"" + thread.getName() + "\" ");
      failure.printStackTrace();
    }
  }
}

package io.github.containersnap.loopback.disk;

import io.github.containersnap.linux.BtrfsHandle;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Commits of a filesystem at moments that its programs did not choose, as the kernel makes one
 * every 30 seconds and on account of others: what metadata there is becomes durable, file data that
 * is still dirty does not. They are made more often here, so that each step of a short run meets
 * one.
 */
public final class BackgroundCommits implements AutoCloseable {
  private final Thread thread;
  private volatile Optional<IOException> failure = Optional.empty();

  private BackgroundCommits(Path top, Duration every) {
    this.thread =
        Thread.ofPlatform().daemon().name("commits of " + top).start(() -> commit(top, every));
  }

  /**
   * Begins.
   *
   * @param top where the btrfs is mounted
   * @param every how long to wait between the commits
   */
  public static BackgroundCommits of(Path top, Duration every) {
    return new BackgroundCommits(top, every);
  }

  private void commit(Path top, Duration every) {
    try (BtrfsHandle btrfs = BtrfsHandle.open(top)) {
      while (true) {
        Thread.sleep(every);
        btrfs.startCommit();
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      failure = Optional.of(e);
    }
  }

  /**
   * Ends them.
   *
   * @throws IllegalStateException if they had ended by themselves: what was to meet them did not
   */
  @Override
  public void close() {
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    failure.ifPresent(
        cause -> {
          throw new IllegalStateException(
              "the commits beside the run ended early: " + cause.getMessage(), cause);
        });
  }
}

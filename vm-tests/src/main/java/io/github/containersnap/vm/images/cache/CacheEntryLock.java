package io.github.containersnap.vm.images.cache;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The right to build one cache entry, against other processes (a lock on a file, which the kernel
 * releases when its owner dies) and against other threads of this one (for whom file locks do not
 * count).
 */
final class CacheEntryLock implements AutoCloseable {
  private static final Map<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

  private final @Nullable ReentrantLock thread;
  private final @Nullable FileChannel channel;
  private final boolean held;

  private CacheEntryLock(
      @Nullable ReentrantLock thread, @Nullable FileChannel channel, boolean held) {
    this.thread = thread;
    this.channel = channel;
    this.held = held;
  }

  /** Waits until the lock is ours. */
  static CacheEntryLock take(Path file) throws IOException {
    ReentrantLock thread = threadLock(file);
    thread.lock();
    try {
      FileChannel channel = open(file);
      channel.lock();
      return new CacheEntryLock(thread, channel, true);
    } catch (IOException | RuntimeException e) {
      thread.unlock();
      throw e;
    }
  }

  /** Takes the lock if nobody has it; {@link #held} tells. */
  static CacheEntryLock tryToTake(Path file) throws IOException {
    ReentrantLock thread = threadLock(file);
    if (thread.isHeldByCurrentThread() || !thread.tryLock()) {
      return new CacheEntryLock(null, null, false);
    }
    try {
      FileChannel channel = open(file);
      return new CacheEntryLock(thread, channel, channel.tryLock() != null);
    } catch (IOException | RuntimeException e) {
      thread.unlock();
      throw e;
    }
  }

  private static ReentrantLock threadLock(Path file) {
    return THREADS.computeIfAbsent(file, key -> new ReentrantLock());
  }

  private static FileChannel open(Path file) throws IOException {
    Files.createDirectories(file.resolveSibling("."));
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  boolean held() {
    return held;
  }

  @Override
  public void close() throws IOException {
    try {
      if (channel != null) {
        channel.close();
      }
    } finally {
      if (thread != null) {
        thread.unlock();
      }
    }
  }
}

package io.github.containersnap.loopback.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The lock that a run has on a file of its directory as long as its process lives. It tells of that
 * also where the process cannot be seen: from another pid namespace, such as another container's.
 */
final class RunLock implements AutoCloseable {
  private static final String FILE = ".alive";

  private final FileChannel channel;

  private RunLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Takes the lock in a new directory; the kernel gives it back when this process ends. */
  static RunLock take(Path directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve(FILE), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    FileLock _ = channel.lock();
    return new RunLock(channel);
  }

  /**
   * Whether another process has it. Not to be asked of a run of this process: closing any of its
   * channels to a file gives up its lock on it.
   */
  static boolean isHeld(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        @Nullable FileLock lock = channel.tryLock()) {
      return lock == null;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

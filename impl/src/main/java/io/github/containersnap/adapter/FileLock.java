package io.github.containersnap.adapter;

import io.github.containersnap.engine.LockedException;
import io.github.containersnap.engine.port.SystemLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A lock on a file. The kernel releases it when the process that holds it dies, so there is no
 * stale lock to clear. The file itself stays; that it is there means nothing.
 */
public final class FileLock implements SystemLock {
  private static final Path LOCKS = Path.of("/proc/locks");

  private final Path file;

  /** The lock on {@code file}. */
  public FileLock(Path file) {
    this.file = file;
  }

  @Override
  public Held acquire() {
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!locked(channel)) {
        channel.close();
        throw new LockedException(file, holder());
      }
      return () -> release(channel);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot lock " + file + ": " + e.getMessage(), e);
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException heldByThisProcess) {
      return false;
    }
  }

  private void release(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unlock " + file, e);
    }
  }

  /** Who holds the lock, from proc_locks(5), whose lines end in PID, DEVICE:INODE and a range. */
  private String holder() {
    try {
      String inode = ":" + Files.getAttribute(file, "unix:ino");
      Optional<String> process =
          Files.readAllLines(LOCKS).stream()
              .map(line -> line.strip().split("\\s+"))
              .filter(fields -> fields.length > 5 && fields[5].endsWith(inode))
              .map(fields -> "process " + fields[4])
              .findFirst();
      return process.orElse("another process");
    } catch (IOException e) {
      return "another process";
    }
  }
}

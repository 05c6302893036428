package io.github.containersnap.adapter;

import io.github.containersnap.engine.LockedException;
import io.github.containersnap.engine.port.SystemLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A lock on a file. The kernel releases it when the process that holds it dies, so there is no
 * stale lock to clear. The file itself stays; that it is there means nothing.
 */
public final class FileLock implements SystemLock {
  private static final Path LOCKS = Path.of("/proc/locks");

  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final Path key;

  /** The lock on {@code file}. */
  public FileLock(Path file) {
    this.file = file;
    this.key = file.toAbsolutePath().normalize();
  }

  @Override
  public Held acquire() {
    // Closing any channel to a file gives up all locks that this process has on it (fcntl(2)). So
    // whether this process holds it already must be known before the file is opened.
    if (!HELD_HERE.add(key)) {
      throw new LockedException(file, "this process");
    }
    try {
      return new HeldFile(lockedChannel(), key);
    } catch (IOException e) {
      HELD_HERE.remove(key);
      throw new UncheckedIOException("cannot lock " + file + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      HELD_HERE.remove(key);
      throw e;
    }
  }

  private FileChannel lockedChannel() throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw new LockedException(file, holder());
  }

  private record HeldFile(FileChannel channel, Path key) implements Held {
    @Override
    public void close() {
      if (!channel.isOpen()) {
        return;
      }
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot unlock " + key, e);
      } finally {
        HELD_HERE.remove(key);
      }
    }
  }

  /** Who holds the lock: of those that proc_locks(5) lists for its inode, who has it open. */
  private String holder() {
    try {
      String inode = ":" + Files.getAttribute(file, "unix:ino");
      Optional<String> process =
          Files.readAllLines(LOCKS).stream()
              .map(line -> line.strip().split("\\s+"))
              .filter(fields -> fields.length > 5 && fields[5].endsWith(inode))
              .map(fields -> fields[4])
              .filter(this::isOpenIn)
              .map(pid -> "process " + pid)
              .findFirst();
      return process.orElse("another process");
    } catch (IOException e) {
      return "another process";
    }
  }

  /** Another filesystem may have a locked file of the same inode number. */
  private boolean isOpenIn(String pid) {
    try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc", pid, "fd"))) {
      for (Path descriptor : open) {
        if (Files.exists(descriptor) && Files.isSameFile(descriptor, file)) {
          return true;
        }
      }
      return false;
    } catch (IOException | DirectoryIteratorException e) {
      return false;
    }
  }
}

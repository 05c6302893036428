package io.github.containersnap.adapter.linux;

import io.github.containersnap.engine.model.LockedException;
import io.github.containersnap.engine.port.SystemLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A lock on a file, whose parts are locks on bytes of it (fcntl(2)). The kernel releases them when
 * the process that holds them dies, so there is no stale lock to clear. The file itself stays; that
 * it is there means nothing.
 */
public final class FileLock implements SystemLock {
  private static final String PROCESS = "process ";
  private static final Path LOCKS = Path.of("/proc/locks");
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(50);

  /**
   * The files that this process holds locks on. Closing any channel to a file gives up all locks
   * that the process has on it, so each has one channel, which the last lock closes.
   */
  private static final Map<Path, OpenFile> OPEN = new HashMap<>();

  /** What of the file is locked. */
  private enum Part {
    TRANSACTION(0, 1),
    MENU(1, 1),
    BOTH(0, Long.MAX_VALUE);

    private final long start;
    private final long length;

    Part(long start, long length) {
      this.start = start;
      this.length = length;
    }

    boolean overlaps(Part other) {
      return this == other || this == BOTH || other == BOTH;
    }
  }

  private record OpenFile(FileChannel channel, Map<Part, java.nio.channels.FileLock> held) {
    boolean holds(Part part) {
      return held.keySet().stream().anyMatch(part::overlaps);
    }
  }

  private final Path file;
  private final Path key;
  private final Optional<Path> runtimeDirectory;

  /** The lock on {@code file}, whose holder says nowhere how far it is. */
  public FileLock(Path file) {
    this(file, Optional.empty());
  }

  /**
   * The lock on {@code file}.
   *
   * @param runtimeDirectory where {@link RunningStep} says how far its holder is
   */
  public FileLock(Path file, Path runtimeDirectory) {
    this(file, Optional.of(runtimeDirectory));
  }

  private FileLock(Path file, Optional<Path> runtimeDirectory) {
    this.file = file;
    this.runtimeDirectory = runtimeDirectory;
    this.key = file.toAbsolutePath().normalize();
  }

  @Override
  public Held acquire() {
    return take(Part.BOTH);
  }

  @Override
  public HeldTransaction acquireTransaction() {
    Held transaction = take(Part.TRANSACTION);
    return new HeldTransaction() {
      @Override
      public Held menu() {
        return acquireMenu();
      }

      @Override
      public void close() {
        transaction.close();
      }
    };
  }

  @Override
  public Held acquireMenu() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return take(Part.MENU);
      } catch (LockedException held) {
        if (isHeldHere(Part.MENU) || System.nanoTime() - deadline > 0) {
          throw held;
        }
        sleep(held);
      }
    }
  }

  private static void sleep(LockedException held) {
    try {
      Thread.sleep(BETWEEN_TRIES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      held.addSuppressed(e);
      throw held;
    }
  }

  private boolean isHeldHere(Part part) {
    synchronized (OPEN) {
      OpenFile open = OPEN.get(key);
      return open != null && open.holds(part);
    }
  }

  private Held take(Part part) {
    synchronized (OPEN) {
      if (isHeldHere(part)) {
        throw new LockedException(file, "this process");
      }
      try {
        OpenFile open = OPEN.get(key);
        if (open == null) {
          open = open();
          OPEN.put(key, open);
        }
        try {
          lock(open, part);
        } finally {
          closeIfUnused(open);
        }
        return () -> release(part);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot lock " + file + ": " + e.getMessage(), e);
      }
    }
  }

  private OpenFile open() throws IOException {
    return new OpenFile(
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE),
        new EnumMap<>(Part.class));
  }

  private void lock(OpenFile open, Part part) throws IOException {
    java.nio.channels.FileLock lock = open.channel().tryLock(part.start, part.length, false);
    if (lock == null) {
      throw new LockedException(
          file, holdingProcess().map(PROCESS::concat).orElse("another process"));
    }
    open.held().put(part, lock);
  }

  private void closeIfUnused(OpenFile open) throws IOException {
    if (open.held().isEmpty()) {
      OPEN.remove(key);
      open.channel().close();
    }
  }

  /** Does nothing the second time. */
  private void release(Part part) {
    synchronized (OPEN) {
      OpenFile open = OPEN.get(key);
      java.nio.channels.FileLock lock = open == null ? null : open.held().remove(part);
      if (open == null || lock == null) {
        return;
      }
      try {
        lock.release();
        closeIfUnused(open);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot unlock " + key, e);
      }
    }
  }

  @Override
  public Optional<Holder> holder() {
    return holdingProcess()
        .map(
            pid ->
                new Holder(PROCESS + pid, runtimeDirectory.flatMap(it -> RunningStep.of(it, pid))));
  }

  /** Who holds the lock: of those that proc_locks(5) lists for its inode, who has it open. */
  private Optional<String> holdingProcess() {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      String inode = ":" + Files.getAttribute(file, "unix:ino");
      return Files.readAllLines(LOCKS).stream()
          .map(line -> line.strip().split("\\s+"))
          .filter(fields -> fields.length > 5 && fields[5].endsWith(inode))
          .map(fields -> fields[4])
          .filter(this::isOpenIn)
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
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

package io.github.containersnap.harness.mutant.port;

import io.github.containersnap.engine.model.LockedException;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.engine.port.SystemLock;
import java.nio.file.Path;

/** The lock is held while a file exists: nobody removes it when its holder dies. */
public final class LockByExistence implements SystemLock {
  private final SystemFiles files;
  private final Path file;

  /** A lock with this fault. */
  public LockByExistence(SystemFiles files, Path lock) {
    this.files = files;
    this.file = lock.resolveSibling("lock-held");
  }

  @Override
  public Held acquire() {
    if (files.exists(file)) {
      throw new LockedException(file, "the process that made it");
    }
    files.write(file, "");
    return () -> files.deleteTree(file);
  }
}

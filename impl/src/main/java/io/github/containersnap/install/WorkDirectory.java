package io.github.containersnap.install;

import io.github.containersnap.adapter.linux.FileLock;
import io.github.containersnap.adapter.linux.RootOnlyDirectory;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.port.SystemLock;
import io.github.containersnap.linux.MountInfo;
import io.github.containersnap.linux.MountTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/**
 * Where the parts of a disk lie while it is made, and where its btrfs is mounted. One installation
 * has it at a time; what a killed one left in it is taken away by the next.
 *
 * <p>Nothing in it is deleted before nothing is mounted below it, and then only empty directories
 * and files directly in it: a mistake here must not reach into a system.
 */
final class WorkDirectory implements AutoCloseable {
  private final Path directory;
  private final SystemLock.Held lock;

  private WorkDirectory(Path directory, SystemLock.Held lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /**
   * Makes it, empty.
   *
   * @param runtimeDirectory where container-snap keeps the files of a run
   * @throws io.github.containersnap.engine.model.LockedException if another installation has it
   */
  static WorkDirectory in(Path runtimeDirectory) {
    RootOnlyDirectory.make(runtimeDirectory);
    SystemLock.Held lock = new FileLock(runtimeDirectory.resolve("install.lock")).acquire();
    try {
      WorkDirectory work = new WorkDirectory(runtimeDirectory.resolve("install"), lock);
      work.clear();
      RootOnlyDirectory.make(work.directory);
      return work;
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  Path path() {
    return directory;
  }

  /** A directory in it to mount on, made if it is not there. */
  Path mountPoint() {
    Path at = directory.resolve("system");
    RootOnlyDirectory.make(at);
    return at;
  }

  /** Takes away the directory with all that is mounted below it, at once, in use or not. */
  void clear() {
    mounts().forEach(at -> ExternalCommand.of("umount", "--lazy", at).runAnyStatus());
    if (!mounts().isEmpty() || !Files.isDirectory(directory)) {
      return;
    }
    try (DirectoryStream<Path> parts = Files.newDirectoryStream(directory)) {
      for (Path part : parts) {
        Files.delete(part);
      }
      Files.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot clear %s, which an installation left: %s".formatted(directory, e.getMessage()),
          e);
    }
  }

  /** Innermost first. */
  private List<String> mounts() {
    return MountTable.own().atOrBelow(directory.toAbsolutePath()).stream()
        .map(MountInfo::at)
        .sorted(Comparator.comparingInt(String::length).reversed())
        .toList();
  }

  @Override
  public void close() {
    try {
      clear();
    } finally {
      lock.close();
    }
  }
}

package io.github.containersnap.loopback.disk;

import io.github.containersnap.base.Waiting;
import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.linux.KernelCallException;
import io.github.containersnap.linux.MountCall;
import io.github.containersnap.linux.MountInfo;
import io.github.containersnap.linux.MountTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A mounted filesystem, usually btrfs. */
public final class Mount implements AutoCloseable {
  private static final Duration BUSY_WAIT = Duration.ofSeconds(2);

  private final Filesystem filesystem;
  private final Path device;
  private final Path directory;
  private boolean closed;

  private Mount(Filesystem filesystem, Path device, Path directory) {
    this.filesystem = filesystem;
    this.device = device;
    this.directory = directory;
  }

  /**
   * Mounts a btrfs.
   *
   * @param device the block device
   * @param at where; made if it does not exist
   * @param options mount options as in {@code mount -o}, or the empty string
   * @throws CommandFailedException if the kernel refuses it, as it does a torn filesystem
   */
  public static Mount of(Path device, Path at, String options) {
    return of(Filesystem.BTRFS, device, at, options);
  }

  /**
   * Mounts another filesystem.
   *
   * @throws CommandFailedException as {@link #of(Path, Path, String)}
   */
  public static Mount of(Filesystem filesystem, Path device, Path at, String options) {
    Path directory = made(at);
    if (hasMounted(filesystem, device, directory, options)) {
      return new Mount(filesystem, device, directory);
    }
    ExternalCommand mount = ExternalCommand.of("mount", "-t", filesystem.type());
    mounted((options.isEmpty() ? mount : mount.with("-o", options)).with(device, directory));
    return new Mount(filesystem, device, directory);
  }

  /** Mounts it without a program; what the kernel refuses is left to mount(8), which says why. */
  private static boolean hasMounted(
      Filesystem filesystem, Path device, Path directory, String options) {
    try {
      MountCall.mount(filesystem.type(), device, directory, options);
      return true;
    } catch (KernelCallException _) {
      return false;
    }
  }

  /**
   * A process that somebody has just started in a mount namespace of its own has what was mounted
   * before for a moment longer, perhaps with other options; the kernel then says that it exists, or
   * is busy. A torn filesystem may give the same answer, and gives it again.
   */
  private static void mounted(ExternalCommand mount) {
    CommandFailedException[] refused = new CommandFailedException[1];
    boolean _ =
        Waiting.until(
            BUSY_WAIT,
            () -> {
              try {
                CommandOutput _ = mount.run();
                refused[0] = null;
                return true;
              } catch (CommandFailedException failed) {
                refused[0] = failed;
                return !mayPass(failed);
              }
            });
    if (refused[0] != null) {
      throw refused[0];
    }
  }

  private static boolean mayPass(CommandFailedException failed) {
    String said = String.valueOf(failed.getMessage());
    return said.contains("File exists") || said.contains("already mounted");
  }

  /**
   * Unmounts what a program has left mounted below a directory, the last mount first; what is
   * mounted on the directory itself stays.
   *
   * @throws CommandFailedException if any of it is busy
   */
  public static void unmountBelow(Path directory) {
    MountTable.own().below(directory).stream()
        .map(MountInfo::at)
        .forEach(at -> ExternalCommand.of("umount", "--no-canonicalize", at).run());
  }

  private static Path made(Path at) {
    try {
      return Files.createDirectories(at).toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make the mount point " + at, e);
    }
  }

  /** Where it is mounted. */
  public Path directory() {
    return directory;
  }

  /**
   * Unmounts it. Something may hold it for a moment longer than its command ran, so busy is tried
   * again for 2 seconds.
   *
   * @throws IllegalStateException if it stays busy; it names who holds it
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    String[] refused = {""};
    boolean unmounted =
        Waiting.until(
            BUSY_WAIT,
            () -> {
              try {
                MountCall.unmount(directory);
                return true;
              } catch (KernelCallException failure) {
                refused[0] = String.valueOf(failure.getMessage());
                return !MountTable.own().has(directory, filesystem.type());
              }
            });
    if (!unmounted) {
      throw new IllegalStateException(
          "%s cannot be unmounted from %s; held by %s. %s"
              .formatted(device, directory, OpenFiles.holding(directory), refused[0]));
    }
    closed = true;
  }
}

package io.github.containersnap.install.disk;

import io.github.containersnap.base.Waiting;
import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.ExternalCommand;
import java.nio.file.Path;
import java.time.Duration;

/** The mounted top level of a system's btrfs. */
public final class SystemMount implements AutoCloseable {
  private static final Duration BUSY_WAIT = Duration.ofSeconds(2);

  private final Path directory;

  private SystemMount(Path directory) {
    this.directory = directory;
  }

  /**
   * Mounts it.
   *
   * @param at a directory
   * @throws CommandFailedException if the kernel refuses
   */
  public static SystemMount of(PartitionDevice part, Path at) {
    ExternalCommand.of("mount", "-t", "btrfs", "-o", "subvolid=5,noatime,nosuid,nodev")
        .with(part.device(), at)
        .run();
    return new SystemMount(at);
  }

  /** Where it is mounted. */
  public Path directory() {
    return directory;
  }

  /**
   * Unmounts it. Something may hold it for a moment longer than its command ran, so busy is tried
   * again for 2 seconds.
   *
   * @throws CommandFailedException if it stays busy
   */
  @Override
  public void close() {
    ExternalCommand umount = ExternalCommand.of("umount", "--no-canonicalize", directory);
    if (!Waiting.until(BUSY_WAIT, () -> umount.runAnyStatus().succeeded())) {
      umount.run();
    }
  }
}

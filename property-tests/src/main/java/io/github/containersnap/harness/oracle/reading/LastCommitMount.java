package io.github.containersnap.harness.oracle.reading;

import io.github.containersnap.loopback.disk.Filesystem;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.loopback.disk.Mount;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * A filesystem as boot loaders see it: without the replay of its log tree or journal. The kernel
 * mounts a btrfs so with {@code rescue=nologreplay} (btrfs(5)), ext4 with {@code noload}, xfs with
 * {@code norecovery}.
 */
public final class LastCommitMount {
  private LastCommitMount() {}

  /** Looks at a btrfs, read-only. */
  public static <T> T on(LoopDevice loop, Path mountPoint, Function<Path, T> look) {
    return on(Filesystem.BTRFS, loop, mountPoint, look);
  }

  /** Looks at a filesystem, read-only. */
  public static <T> T on(
      Filesystem filesystem, LoopDevice loop, Path mountPoint, Function<Path, T> look) {
    try (Mount mount =
        Mount.of(filesystem, loop.device(), mountPoint, filesystem.lastCommitOptions())) {
      return look.apply(mount.directory());
    }
  }
}

package io.github.containersnap.harness.oracle.reading;

import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.loopback.disk.Mount;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * A filesystem as it was at its last commit: what boot loaders see, which do not replay the log
 * tree. The kernel mounts it so with {@code rescue=nologreplay} (btrfs(5)).
 */
public final class LastCommitMount {
  private static final String MOUNT_OPTIONS = "ro,rescue=nologreplay,subvolid=5";

  private LastCommitMount() {}

  /** Looks at it, read-only. */
  public static <T> T on(LoopDevice loop, Path mountPoint, Function<Path, T> look) {
    try (Mount mount = Mount.of(loop.device(), mountPoint, MOUNT_OPTIONS)) {
      return look.apply(mount.directory());
    }
  }
}

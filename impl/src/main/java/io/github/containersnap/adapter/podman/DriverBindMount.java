package io.github.containersnap.adapter.podman;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.linux.MountTable;
import java.nio.file.Path;

/**
 * The mount of {@code GRAPHROOT/btrfs} onto itself that podman's btrfs driver makes while it works.
 * podman takes it away when all went well; when a pull fails or podman is killed it stays, and the
 * store can then be neither wiped nor unmounted.
 *
 * @param graphRoot podman's graphroot
 */
record DriverBindMount(Path graphRoot) {
  /** Takes it away, as often as it is there. */
  void release() {
    for (long left = count(); left > 0; left--) {
      ExternalCommand.of("umount", "--no-canonicalize", directory()).run();
    }
  }

  private Path directory() {
    return graphRoot.resolve("btrfs");
  }

  private long count() {
    return MountTable.own().mounts().stream()
        .filter(it -> it.at().equals(directory().toString()))
        .count();
  }
}

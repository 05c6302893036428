package io.github.containersnap.adapter;

import io.github.containersnap.engine.adoption.CannotAdoptException;
import io.github.containersnap.linux.MountInfo;
import io.github.containersnap.linux.MountTable;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a running system that is not a deployment has mounted, as paths from the top level of the
 * btrfs of its root.
 *
 * @param root its root subvolume; "" for the top level
 * @param var what is mounted on /var; empty if /var lies in the root
 */
public record RunningHost(String root, Optional<String> var) {
  /**
   * Looks.
   *
   * @throws NotADeployedSystemException if the root is no mount point
   * @throws CannotAdoptException if /var is on another filesystem
   */
  public static RunningHost of() {
    MountInfo root = rootMount();
    Optional<MountInfo> var = MountTable.own().at("/var");
    var.filter(it -> !it.isOfTheSameAs(root))
        .ifPresent(
            it -> {
              throw CannotAdoptException.varElsewhere(it.toString());
            });
    return new RunningHost(path(root), var.map(RunningHost::path));
  }

  /**
   * The root subvolume alone.
   *
   * @throws NotADeployedSystemException if the root is no mount point
   */
  public static String rootSubvolume() {
    return path(rootMount());
  }

  private static MountInfo rootMount() {
    return MountTable.own()
        .at("/")
        .orElseThrow(() -> NotADeployedSystemException.noMount(Path.of("/")));
  }

  private static String path(MountInfo mount) {
    return mount.subvolume().replaceAll("^/+", "");
  }
}

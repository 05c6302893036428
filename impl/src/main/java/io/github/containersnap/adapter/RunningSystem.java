package io.github.containersnap.adapter;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.Boot;
import io.github.containersnap.engine.DeploymentId;
import io.github.containersnap.engine.DeploymentLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The system this process runs in.
 *
 * @param topLevel where the top level of its btrfs is mounted
 * @param boot the deployment that is its root, and how it came to be that
 */
public record RunningSystem(Path topLevel, Boot boot) {
  /** Where a running deployment, which has @var mounted on /var, sees the deployments. */
  private static final Path DEPLOYMENTS = Path.of("/var/lib/container-snap/deployments");

  /**
   * Finds the deployment that is this system's root, and mounts the top level of its btrfs below
   * {@code runtimeDirectory}, unless it is mounted there already. The mount lasts until the system
   * goes down.
   *
   * @throws NotADeployedSystemException if the root is not on btrfs, or is no deployment
   */
  public static RunningSystem find(Path runtimeDirectory) {
    MountInfo root =
        MountInfo.at("/").orElseThrow(() -> NotADeployedSystemException.noMount(Path.of("/")));
    if (!root.type().equals("btrfs")) {
      throw NotADeployedSystemException.otherFilesystem(root);
    }
    DeploymentId deployment =
        deployment(root.subvolume())
            .orElseThrow(() -> NotADeployedSystemException.otherSubvolume(root));
    Path topLevel = runtimeDirectory.resolve("system");
    if (!isMounted(topLevel, root)) {
      mount(root, runtimeDirectory, topLevel);
    }
    return new RunningSystem(topLevel, boot(deployment));
  }

  private static Boot boot(DeploymentId deployment) {
    return new Boot(deployment, KernelCommandLine.ofRunningSystem().insteadOf());
  }

  /**
   * The deployment that runs from the filesystem whose top level is mounted at {@code topLevel}, if
   * this system's root is on that very filesystem: whoever calls it a system that is not running
   * must not have its root removed.
   */
  public static Optional<Boot> bootedFrom(Path topLevel) {
    return MountInfo.at("/")
        .filter(root -> root.type().equals("btrfs"))
        .filter(root -> MountInfo.at(real(topLevel)).filter(root::isOfTheSameAs).isPresent())
        .flatMap(root -> deployment(root.subvolume()))
        .map(RunningSystem::boot);
  }

  private static String real(Path path) {
    try {
      return path.toRealPath().toString();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot find %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  /**
   * The root of a deployment through /var, if it is to be seen there. This needs no mount, and it
   * works inside a chroot of any image that has the machine's /var/lib/container-snap.
   */
  public static Optional<Path> rootBelowVar(DeploymentId id) {
    return Optional.of(DEPLOYMENTS.resolve(id.toString()))
        .filter(root -> Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS));
  }

  private static Optional<DeploymentId> deployment(String subvolume) {
    String name = subvolume.substring(subvolume.lastIndexOf('/') + 1);
    return DeploymentId.read(name)
        .filter(id -> subvolume.equals("/" + DeploymentLayout.fromTopLevel(id)));
  }

  /**
   * @throws NotADeployedSystemException if something else is mounted there
   */
  private static boolean isMounted(Path topLevel, MountInfo root) {
    Optional<MountInfo> there = MountInfo.at(topLevel.toString());
    there
        .filter(mount -> !mount.isTopLevelOf(root))
        .ifPresent(
            mount -> {
              throw NotADeployedSystemException.inTheWay(topLevel, mount);
            });
    return there.isPresent();
  }

  private static void mount(MountInfo root, Path runtimeDirectory, Path topLevel) {
    OwnDirectory.make(runtimeDirectory);
    OwnDirectory.make(topLevel);
    try {
      // nosuid and nodev: deployments that are kept may hold programs with holes long closed.
      ExternalCommand.of("mount", "-t", "btrfs", "-o", "subvolid=5,noatime,nosuid,nodev")
          .with(device(root), topLevel)
          .run();
    } catch (CommandFailedException e) {
      // The kernel mounts a filesystem at one place once: another container-snap was faster.
      if (!isMounted(topLevel, root)) {
        throw e;
      }
    }
  }

  /** The root's device as mount(8) takes it; the kernel may call it by a name without a node. */
  private static String device(MountInfo root) {
    return isBlockDevice(Path.of(root.source()))
        ? root.source()
        : "UUID=" + BtrfsProgs.filesystemUuid(Path.of("/"));
  }

  private static boolean isBlockDevice(Path node) {
    final int typeMask = 0170000;
    final int blockDevice = 0060000;
    try {
      return Files.exists(node)
          && ((int) Files.getAttribute(node, "unix:mode") & typeMask) == blockDevice;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look at " + node, e);
    }
  }
}

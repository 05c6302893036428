package io.github.containersnap.adapter;

import io.github.containersnap.adapter.bootloader.KernelCommandLine;
import io.github.containersnap.adapter.linux.BtrfsProgs;
import io.github.containersnap.adapter.linux.RootOnlyDirectory;
import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.BootedDeployment;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.linux.MountInfo;
import io.github.containersnap.linux.MountTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The system this process runs in.
 *
 * @param topLevel where the top level of its btrfs is mounted
 * @param boot the deployment that runs, and how it came to be that; empty where what runs is not a
 *     deployment
 */
public record RunningSystem(Path topLevel, Optional<BootedDeployment> boot) {
  /** Where a running deployment, which has @var mounted on /var, sees the deployments. */
  private static final Path DEPLOYMENTS = Path.of("/var/lib/container-snap/deployments");

  /** What the kernel makes up in each boot: random(4). */
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /**
   * Finds out what runs, and mounts the top level of its btrfs below {@code runtimeDirectory},
   * unless it is mounted there already. The mount lasts until the system goes down.
   *
   * @throws NotADeployedSystemException if the root is not on btrfs
   */
  public static RunningSystem look(Path runtimeDirectory) {
    MountInfo root = root();
    return new RunningSystem(mountedTopLevel(root, runtimeDirectory), boot(root));
  }

  /**
   * Fails where what runs is not a deployment.
   *
   * @throws NotADeployedSystemException if it is not
   */
  public void requireDeployment() {
    if (boot.isEmpty()) {
      throw NotADeployedSystemException.otherSubvolume(root());
    }
  }

  private static MountInfo root() {
    MountInfo root =
        MountTable.own()
            .at("/")
            .orElseThrow(() -> NotADeployedSystemException.noMount(Path.of("/")));
    if (!root.type().equals("btrfs")) {
      throw NotADeployedSystemException.otherFilesystem(root);
    }
    return root;
  }

  private static Path mountedTopLevel(MountInfo root, Path runtimeDirectory) {
    Path topLevel = runtimeDirectory.resolve("system");
    if (!isMounted(topLevel, root)) {
      mount(root, runtimeDirectory, topLevel);
    }
    return topLevel;
  }

  private static Optional<BootedDeployment> boot(MountInfo root) {
    KernelCommandLine told = KernelCommandLine.ofRunningSystem();
    return running(told, MountTable.ofFirstProcess().at("/"), root)
        .map(deployment -> new BootedDeployment(deployment, told.insteadOf(), bootId()));
  }

  private static Optional<String> bootId() {
    try {
      return Optional.of(Files.readString(BOOT_ID).strip());
    } catch (IOException withoutProc) {
      return Optional.empty();
    }
  }

  /**
   * Which deployment runs. A process may see another root than the system's: tukit runs commands in
   * a chroot of the snapshot it works on. So the kernel's own arguments come first, then the root
   * of the first process, and only then this process's root. The first two describe the machine,
   * and count only if this process's root is on the same filesystem.
   *
   * @param firstProcess the first process's root; empty if it cannot be seen
   * @param own this process's root
   */
  static Optional<DeploymentId> running(
      KernelCommandLine told, Optional<MountInfo> firstProcess, MountInfo own) {
    return firstProcess
        .filter(own::isOfTheSameAs)
        .flatMap(
            system ->
                told.deployment()
                    .or(() -> told.rootSubvolume().flatMap(RunningSystem::deployment))
                    .or(() -> deployment(system.subvolume())))
        .or(() -> deployment(own.subvolume()));
  }

  /**
   * The deployment that runs from the filesystem whose top level is mounted at {@code topLevel}, if
   * this system's root is on that very filesystem. A caller who takes it for a system that does not
   * run must not remove its root.
   */
  public static Optional<BootedDeployment> bootedFrom(Path topLevel) {
    return MountTable.own()
        .at("/")
        .filter(root -> root.type().equals("btrfs"))
        .filter(root -> MountTable.own().at(real(topLevel)).filter(root::isOfTheSameAs).isPresent())
        .flatMap(RunningSystem::boot);
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
    Optional<MountInfo> there = MountTable.own().at(topLevel.toString());
    there
        .filter(mount -> !mount.isTopLevelOf(root))
        .ifPresent(
            mount -> {
              throw NotADeployedSystemException.inTheWay(topLevel, mount);
            });
    return there.isPresent();
  }

  private static void mount(MountInfo root, Path runtimeDirectory, Path topLevel) {
    RootOnlyDirectory.make(runtimeDirectory);
    RootOnlyDirectory.make(topLevel);
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

  /**
   * The root's device as mount(8) takes it. It may be mounted under a name without a node, such as
   * {@code /dev/root}, and the kernel's own name may have none either. The UUID is the last resort:
   * a copy of the filesystem on another disk has the same.
   */
  private static String device(MountInfo root) {
    Path anywhere = Path.of("/");
    return Stream.of(Path.of(root.source()), BtrfsProgs.device(anywhere))
        .filter(RunningSystem::isBlockDevice)
        .findFirst()
        .map(Path::toString)
        .orElseGet(() -> "UUID=" + new BtrfsProgs().filesystemId(anywhere));
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

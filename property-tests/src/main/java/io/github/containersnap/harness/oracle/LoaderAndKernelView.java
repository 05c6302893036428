package io.github.containersnap.harness.oracle;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.harness.oracle.reading.BootLoaderView;
import io.github.containersnap.harness.oracle.reading.KernelView;
import io.github.containersnap.harness.oracle.reading.MenuPlan;
import io.github.containersnap.harness.oracle.reading.MountError;
import io.github.containersnap.harness.oracle.reading.RootSight;
import io.github.containersnap.harness.oracle.reading.StateCopies;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.loopback.disk.Mount;
import io.github.containersnap.loopback.disk.SystemDisk;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the two readers of a disk take for the default: the boot loader, which ignores the log tree,
 * and the kernel, which replays it.
 *
 * @param loaderRoot the root subvolume of the first entry that GRUB finds, or that an updater
 *     without a menu names
 * @param kernelRoot that of the first entry in the menu of the mounted filesystem
 * @param obstacle why the kernel does not mount it, if it does not
 */
public record LoaderAndKernelView(
    Optional<String> loaderRoot, Optional<String> kernelRoot, Optional<String> obstacle) {

  /**
   * Looks at a disk.
   *
   * @param disk is mounted, and changed by what a mount writes
   * @param mountPoint a directory for it
   */
  public static LoaderAndKernelView of(SystemDisk disk, Path mountPoint) {
    try (LoopDevice loop = disk.attachSystem()) {
      Optional<String> loaderRoot =
          MenuPlan.firstRoot(new BootLoaderView(loop.device()).menu(), disk.filesystemUuid());
      try (Mount mount = Mount.of(loop.device(), mountPoint, StateCopies.MOUNT_OPTIONS)) {
        return new LoaderAndKernelView(
            loaderRoot,
            MenuPlan.firstRoot(KernelView.menu(mount.directory()), disk.filesystemUuid()),
            Optional.empty());
      } catch (CommandFailedException cannotMount) {
        return new LoaderAndKernelView(
            loaderRoot, Optional.empty(), Optional.of(MountError.inWords(cannotMount, mountPoint)));
      }
    }
  }

  /**
   * Looks at the disk of another updater, which names the root that boots next.
   *
   * @param disk is mounted, and changed by what a mount writes
   * @param mountPoint a directory for it
   */
  public static LoaderAndKernelView of(SystemDisk disk, Path mountPoint, Updater updater) {
    try (LoopDevice loop = disk.attachSystem()) {
      RootSight sight = RootSight.of(disk.filesystem(), loop, mountPoint, updater);
      return new LoaderAndKernelView(
          sight.loader().map(it -> it.boot().root()),
          sight.kernel().map(it -> it.boot().root()),
          sight.obstacle());
    }
  }
}

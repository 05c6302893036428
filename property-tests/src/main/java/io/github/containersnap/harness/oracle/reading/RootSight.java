package io.github.containersnap.harness.oracle.reading;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.harness.updater.BootContent;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.loopback.disk.Filesystem;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.loopback.disk.Mount;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What boot loader and kernel would boot of another updater's system, at a first look.
 *
 * @param loader as the boot loader reads it, which replays nothing; empty if nothing boots
 * @param kernel the same after a mount
 * @param obstacle why the kernel cannot mount the filesystem, if it cannot
 */
public record RootSight(
    Optional<BootContent> loader, Optional<BootContent> kernel, Optional<String> obstacle) {

  /**
   * Looks at a disk. What the boot loader loads is read by GRUB's own driver of the filesystem.
   *
   * @param at where it is mounted meanwhile
   */
  public static RootSight of(Filesystem filesystem, LoopDevice loop, Path at, Updater updater) {
    try {
      Optional<BootContent> loader =
          LastCommitMount.on(filesystem, loop, at, updater::nextBoot)
              .map(boot -> BootContent.of(boot, new BootLoaderView(loop.device())::file));
      try (Mount mount = Mount.of(filesystem, loop.device(), at, filesystem.mountOptions())) {
        return new RootSight(loader, read(mount.directory(), updater), Optional.empty());
      }
    } catch (CommandFailedException cannotMount) {
      return new RootSight(
          Optional.empty(), Optional.empty(), Optional.of(MountError.inWords(cannotMount, at)));
    }
  }

  /** What boots of a mounted system. */
  public static Optional<BootContent> read(Path top, Updater updater) {
    return updater.nextBoot(top).map(boot -> BootContent.of(top, boot));
  }

  /** The same without the files' entries, to be compared with another state's. */
  public QuickView quick() {
    return new QuickView(loader.map(BootContent::text), kernel.map(BootContent::text), obstacle);
  }
}

package io.github.containersnap.oracle;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.engine.DeploymentLayout;
import io.github.containersnap.experiment.Expectations;
import io.github.containersnap.experiment.Updater;
import io.github.containersnap.loopback.btrfs.BtrfsReader;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.loopback.disk.Mount;
import io.github.containersnap.loopback.disk.ScratchSpace;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.disk.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Judges crash states. Every look is at a copy-on-write copy, so the state itself stays as it is.
 *
 * <p>Not thread-safe: each worker has its own, with a place of its own in the workspace.
 */
final class CrashOracle {
  private static final String MOUNT_OPTIONS = "noatime";

  private final SystemDisk geometry;
  private final ScratchSpace scratch;
  private final Path copy;
  private final Path mountPoint;
  private final Expectations expectations;
  private final Updater updater;
  private final String newReference;

  CrashOracle(
      String name,
      SystemDisk geometry,
      Workspace workspace,
      ScratchSpace scratch,
      Expectations expectations,
      Updater updater,
      String newReference) {
    this.geometry = geometry;
    this.scratch = scratch;
    this.copy = scratch.directory().resolve(name + "-look.img");
    this.mountPoint = workspace.file(name + "-look");
    this.expectations = expectations;
    this.updater = updater;
    this.newReference = newReference;
  }

  /**
   * What both beholders make of a state at first sight: cheap enough for every state.
   *
   * @param loaderMenu the menu as GRUB sees it
   * @param kernelMenu the menu as the kernel sees it once it has replayed the log tree
   * @param obstacle why the kernel cannot mount the filesystem, if it cannot
   */
  record FirstSight(
      Optional<String> loaderMenu, Optional<String> kernelMenu, Optional<String> obstacle) {}

  FirstSight glance(Path state) {
    return onCopyOf(state, this::firstSight);
  }

  private FirstSight firstSight(LoopDevice loop) {
    Optional<String> loaderMenu = new BootLoaderView(loop.device()).menu();
    try (Mount mount = Mount.of(loop.device(), mountPoint, MOUNT_OPTIONS)) {
      return new FirstSight(loaderMenu, kernelMenu(mount.directory()), Optional.empty());
    } catch (CommandFailedException cannotMount) {
      return new FirstSight(
          loaderMenu, Optional.empty(), Optional.of(MountRefusal.inWords(cannotMount, mountPoint)));
    }
  }

  /** Everything: the boot, the trees, the filesystem, recovery twice, the update again. */
  Observation examine(Path state) {
    boolean newerCopy = hasNewerCopy(state);
    return onCopyOf(
        state,
        loop -> {
          FirstSight sight = firstSight(loop);
          Examination examination =
              new Examination(loop.device(), expectations, updater, newReference, sight, newerCopy);
          examination.bootLoader();
          if (sight.obstacle().isEmpty()) {
            mounted(loop, examination::recovery);
            examination.oneTruth();
            examination.filesystem();
            mounted(loop, examination::updateAgain);
          }
          return examination.observation();
        });
  }

  private boolean hasNewerCopy(Path state) {
    try (BtrfsReader reader =
        BtrfsReader.open(state, geometry.systemOffset(), geometry.systemSize())) {
      return reader.hasNewerCopy();
    }
  }

  private void mounted(LoopDevice loop, java.util.function.Consumer<Path> work) {
    try (Mount mount = Mount.of(loop.device(), mountPoint, MOUNT_OPTIONS)) {
      work.accept(mount.directory());
    }
  }

  static Optional<String> kernelMenu(Path top) {
    try {
      return Optional.of(Files.readString(new DeploymentLayout(top).bootMenu()).stripTrailing());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the boot menu", e);
    }
  }

  private <T> T onCopyOf(Path state, java.util.function.Function<LoopDevice, T> work) {
    scratch.reflink(state, copy);
    try (LoopDevice loop = geometry.at(copy).attachSystem()) {
      return work.apply(loop);
    } finally {
      delete();
    }
  }

  private void delete() {
    try {
      Files.deleteIfExists(copy);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + copy, e);
    }
  }
}

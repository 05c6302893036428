package io.github.containersnap.harness.oracle.reading;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.loopback.btrfs.BtrfsReader;
import io.github.containersnap.loopback.disk.Filesystem;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.loopback.disk.Mount;
import io.github.containersnap.loopback.disk.ScratchSpace;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.disk.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Looks at copy-on-write copies of crash states, so that the states themselves stay as they are.
 *
 * <p>Not thread-safe: each worker has its own, with a place of its own in the workspace.
 */
public final class StateCopies {
  /** The top level also where an updater has made another subvolume the default. */
  public static final String MOUNT_OPTIONS = Filesystem.BTRFS.mountOptions();

  private final SystemDisk geometry;
  private final ScratchSpace scratch;
  private final Path copy;
  private final Path mountPoint;

  /**
   * Copies of one state at a time.
   *
   * @param name of the files; no other user has the same
   * @param geometry a disk of the same layout
   */
  public StateCopies(String name, SystemDisk geometry, Workspace workspace, ScratchSpace scratch) {
    this.geometry = geometry;
    this.scratch = scratch;
    this.copy = scratch.directory().resolve(name + "-look.img");
    this.mountPoint = workspace.file(name + "-look");
  }

  /** A disk of the same layout. */
  public SystemDisk geometry() {
    return geometry;
  }

  /** Where copies are mounted. */
  public Path mountPoint() {
    return mountPoint;
  }

  /** Works on a device that holds a copy of the btrfs of a state. */
  public <T> T of(Path state, Function<LoopDevice, T> work) {
    scratch.reflink(state, copy);
    try (LoopDevice loop = geometry.at(copy).attachSystem()) {
      return work.apply(loop);
    } finally {
      delete();
    }
  }

  /** Works on it as the kernel mounts it. */
  public void mounted(LoopDevice loop, Consumer<Path> work) {
    try (Mount mount = mount(loop)) {
      work.accept(mount.directory());
    }
  }

  /** Mounts a copy as an updater works on it. */
  public Mount mount(LoopDevice loop) {
    return Mount.of(
        geometry.filesystem(), loop.device(), mountPoint, geometry.filesystem().unflushedOptions());
  }

  /**
   * A copy at first sight.
   *
   * @param loader what the boot loader reads, before any mount
   * @param kernel reads the same on the mounted top level
   */
  public QuickView firstSight(
      LoopDevice loop, Optional<String> loader, Function<Path, Optional<String>> kernel) {
    try (Mount mount = mount(loop)) {
      return new QuickView(loader, kernel.apply(mount.directory()), Optional.empty());
    } catch (CommandFailedException cannotMount) {
      return new QuickView(
          loader, Optional.empty(), Optional.of(MountError.inWords(cannotMount, mountPoint)));
    }
  }

  /** Whether GRUB goes by a newer copy of the superblock than the kernel (docs/decisions/0012). */
  public boolean hasNewerCopy(Path state) {
    try (BtrfsReader reader =
        BtrfsReader.open(state, geometry.systemOffset(), geometry.systemSize())) {
      return reader.hasNewerCopy();
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

package io.github.containersnap.loopback.disk;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.linux.FileClone;
import io.github.containersnap.linux.KernelCallException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A btrfs of the run's own, in a sparse file of its workspace, in which a copy of a disk image
 * costs some milliseconds and no space: a reflink. The machine's own filesystem need not be able
 * to.
 */
public final class ScratchSpace implements AutoCloseable {
  private final LoopDevice device;
  private final Mount mount;
  private final Path directory;

  private ScratchSpace(LoopDevice device, Mount mount, Path directory) {
    this.device = device;
    this.mount = mount;
    this.directory = directory;
  }

  /**
   * Makes and mounts it.
   *
   * @param sizeBytes how much it can hold at most; at least 109 MiB, or mkfs.btrfs refuses
   */
  public static ScratchSpace create(Workspace workspace, long sizeBytes) {
    String name = workspace.uniqueName("scratch");
    Path file = workspace.file(name + ".img");
    try (RandomAccessFile image = new RandomAccessFile(file.toFile(), "rw")) {
      image.setLength(sizeBytes);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot make scratch space of %d bytes".formatted(sizeBytes), e);
    }
    // It holds nothing that must outlive the run: metadata once is enough.
    ExternalCommand.of("mkfs.btrfs", "--quiet", "--metadata", "single", file).run();
    LoopDevice device = LoopDevice.attach(file, 0, sizeBytes);
    try {
      Mount mount = Mount.of(device.device(), workspace.file(name), "noatime,nobarrier");
      return new ScratchSpace(device, mount, named(mount, workspace));
    } catch (RuntimeException e) {
      device.close();
      throw e;
    }
  }

  /**
   * The files lie in a directory with the run's name. Of a loop device over a file in here the
   * kernel shows only the path within this filesystem once the run's mount namespace is gone; by
   * the name it is still known to be the run's.
   */
  private static Path named(Mount mount, Workspace workspace) {
    try {
      return Files.createDirectory(
          mount.directory().resolve(workspace.directory().getFileName().toString()));
    } catch (IOException e) {
      mount.close();
      throw new UncheckedIOException("Cannot use the scratch space " + mount.directory(), e);
    }
  }

  /** Where its files go. */
  public Path directory() {
    return directory;
  }

  /**
   * Makes {@code to} a copy of {@code from} that shares its content until one of them changes.
   *
   * @param from a file in this space
   * @param to a path in this space; replaced if it is a file
   * @throws UncheckedIOException if either lies elsewhere or the space is full
   */
  public void reflink(Path from, Path to) {
    try {
      FileClone.of(from, to);
    } catch (KernelCallException e) {
      throw new UncheckedIOException("Cannot clone %s to %s".formatted(from, to), e);
    }
  }

  /**
   * Brings a file from elsewhere into this space; holes stay holes.
   *
   * @param from a file anywhere
   * @param name the name it gets in {@link #directory()}
   * @return the copy
   */
  public Path bringIn(Path from, String name) {
    Path to = directory().resolve(name);
    ExternalCommand.of("cp", "--sparse=always", "--", from, to).run();
    return to;
  }

  /** Unmounts it and gives its loop device back; the file stays until the workspace is closed. */
  @Override
  public void close() {
    mount.close();
    device.close();
  }
}

package io.github.containersnap.adapter;

import io.github.containersnap.command.ExternalCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small btrfs of its own in a file on a loop device. Needs root. */
public final class BtrfsOnLoop implements AutoCloseable {
  private final Path disk;
  private final Path mount;
  private final String device;

  /** Makes it, of 128 MiB, with everything it needs below {@code directory}. */
  public BtrfsOnLoop(Path directory) throws IOException {
    this(directory, "128M");
  }

  /** Makes it, of a size as truncate(1) takes it. */
  public BtrfsOnLoop(Path directory, String size) throws IOException {
    this(made(directory.resolve("disk"), size), Files.createDirectory(directory.resolve("btrfs")));
  }

  private BtrfsOnLoop(Path disk, Path mount) {
    this.disk = disk;
    this.mount = mount;
    device = ExternalCommand.of("losetup", "-f", "--show", disk).run().text();
    ExternalCommand.of("mount", "-t", "btrfs", device, mount).run();
  }

  private static Path made(Path disk, String size) {
    ExternalCommand.of("truncate", "-s", size, disk).run();
    ExternalCommand.of("mkfs.btrfs", "-q", disk).run();
    return disk;
  }

  /**
   * Mounts a copy of it, which has the same UUID, beside it.
   *
   * @param directory gets everything that the copy needs
   */
  BtrfsOnLoop copy(Path directory) throws IOException {
    ExternalCommand.of("btrfs", "filesystem", "sync", mount).run();
    Path copy = directory.resolve("copy");
    ExternalCommand.of("cp", "--sparse=always", disk, copy).run();
    return new BtrfsOnLoop(copy, Files.createDirectory(directory.resolve("copied")));
  }

  /** The same disk, mounted again once {@code btrfstune} has given it another UUID. */
  BtrfsOnLoop withAnotherUuid() {
    close();
    ExternalCommand.of("btrfstune", "-m", disk).run();
    return new BtrfsOnLoop(disk, mount);
  }

  /** Where it is mounted. */
  public Path directory() {
    return mount;
  }

  /** The loop device. */
  Path device() {
    return Path.of(device);
  }

  @Override
  public void close() {
    ExternalCommand.of("umount", mount).run();
    ExternalCommand.of("losetup", "-d", device).run();
  }
}

package io.github.containersnap.adapter;

import io.github.containersnap.command.ExternalCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small btrfs of its own in a file on a loop device. Needs root. */
public final class BtrfsOnLoop implements AutoCloseable {
  private final Path mount;
  private final String device;

  /** Makes it, of 128 MiB, with everything it needs below {@code directory}. */
  BtrfsOnLoop(Path directory) throws IOException {
    this(directory, "128M");
  }

  /** Makes it, of a size as truncate(1) takes it. */
  public BtrfsOnLoop(Path directory, String size) throws IOException {
    mount = Files.createDirectory(directory.resolve("btrfs"));
    Path disk = directory.resolve("disk");
    ExternalCommand.of("truncate", "-s", size, disk).run();
    ExternalCommand.of("mkfs.btrfs", "-q", disk).run();
    device = ExternalCommand.of("losetup", "-f", "--show", disk).run().text();
    ExternalCommand.of("mount", "-t", "btrfs", device, mount).run();
  }

  /** Where it is mounted. */
  public Path directory() {
    return mount;
  }

  @Override
  public void close() {
    ExternalCommand.of("umount", mount).run();
    ExternalCommand.of("losetup", "-d", device).run();
  }
}

package io.github.containersnap.loopback.btrfs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.containersnap.command.ExternalCommand;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * A btrfs of the running kernel, in a partition that starts 1 MiB into an image. Needs root, loop
 * devices and btrfs-progs; what is missing fails the test with the command that missed it.
 */
final class TestDisk implements AutoCloseable {
  static final long OFFSET = 1 << 20;
  static final long SIZE = 256 << 20;

  private final Path directory;
  private final Path image;
  private final Path mountPoint;
  private final LoopDevice device;
  private boolean mounted;

  /** A loop device over the partition of an image, detached when closed. */
  record LoopDevice(Path path) implements AutoCloseable {
    static LoopDevice of(Path image) {
      return new LoopDevice(
          Path.of(
              ExternalCommand.of(
                      "losetup", "-f", "--show", "-o", OFFSET, "--sizelimit", SIZE, image)
                  .run()
                  .text()));
    }

    @Override
    public void close() {
      ExternalCommand.of("losetup", "-d", path).run();
    }
  }

  private TestDisk(Path directory, Path image, Path mountPoint, LoopDevice device) {
    this.directory = directory;
    this.image = image;
    this.mountPoint = mountPoint;
    this.device = device;
  }

  /**
   * Makes and mounts one; the kernel commits only when asked, and frees no blocks by discarding.
   */
  static TestDisk make(Path directory, Object... mkfsOptions) {
    try {
      Path image = directory.resolve("disk.img");
      try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
        file.setLength(OFFSET + SIZE + OFFSET);
      }
      Path mountPoint = Files.createDirectories(directory.resolve("mount"));
      LoopDevice device = LoopDevice.of(image);
      TestDisk disk = new TestDisk(directory, image, mountPoint, device);
      ExternalCommand.of("mkfs.btrfs", "-q").with(mkfsOptions).with(device.path).run();
      disk.mount();
      return disk;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void mount() {
    ExternalCommand.of(
            "mount", "-t", "btrfs", "-o", "nodiscard,commit=300", device.path, mountPoint)
        .run();
    mounted = true;
  }

  /** The path of something in the mounted filesystem. */
  Path path(String name) {
    return mountPoint.resolve(name);
  }

  /** A file of noise, which no compression and no inlining shortens. */
  void writeNoise(String name, int bytes, long seed) {
    byte[] noise = new byte[bytes];
    new Random(seed).nextBytes(noise);
    write(name, noise);
  }

  void write(String name, byte[] content) {
    try {
      Files.write(path(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long inode(String name) {
    try {
      return (Long) Files.getAttribute(path(name), "unix:ino");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Files of every kind that btrfs stores differently, a subvolume and a snapshot of it. */
  void fillWithEverything() {
    run("btrfs", "-q", "subvolume", "create", path("sub"));
    for (int i = 0; i < 400; i++) {
      write("sub/inline-" + i, "small file %d ".formatted(i).repeat(20).getBytes(UTF_8));
    }
    writeNoise("sub/large", 9_000_000, 1);
    writeNoise("sub/odd", 12_345, 2);
    run("btrfs", "property", "set", path("sub"), "compression", "zstd");
    write("sub/compressed", "compress me ".repeat(300_000).getBytes(UTF_8));
    run("truncate", "-s", "50M", path("sub/sparse"));
    run(
        "dd",
        "if=/dev/urandom",
        "of=" + path("sub/sparse"),
        "bs=64k",
        "count=3",
        "seek=100",
        "conv=notrunc");
    run("cp", "--reflink=always", path("sub/large"), path("sub/reflink"));
    run("fallocate", "-l", "1M", path("preallocated"));
    run("touch", path("nocow"));
    run("chattr", "+C", path("nocow"));
    writeNoise("nocow", 300_000, 3);
    run("btrfs", "-q", "subvolume", "snapshot", path("sub"), path("snapshot"));
    run(
        "dd",
        "if=/dev/urandom",
        "of=" + path("snapshot/large"),
        "bs=4k",
        "count=5",
        "seek=500",
        "conv=notrunc");
    run("rm", path("snapshot/odd"));
    sync();
  }

  void run(Object... command) {
    ExternalCommand.of(command).run();
  }

  /** Commits the whole filesystem. */
  void sync() {
    run("btrfs", "filesystem", "sync", mountPoint);
  }

  /** What the disk holds now: a crash state, if the filesystem is mounted. */
  Path copy(String name) {
    Path copy = directory.resolve(name);
    run("cp", "--sparse=always", image, copy);
    return copy;
  }

  void unmount() {
    run("umount", mountPoint);
    mounted = false;
  }

  /** What the kernel's own tools print about an image, which they get read-only. */
  static List<String> inspect(Path image, Object... command) {
    try (LoopDevice device = LoopDevice.of(image)) {
      return ExternalCommand.of(command).with(device.path).run().lines();
    }
  }

  /** A reader of the partition of an image. */
  static BtrfsReader reader(Path image) {
    return BtrfsReader.open(image, OFFSET, SIZE);
  }

  /** What a reader that knows nothing sees. */
  static FilesystemView freshView(Path image) {
    try (BtrfsReader reader = reader(image)) {
      return reader.walk();
    }
  }

  @Override
  public void close() {
    if (mounted) {
      unmount();
    }
    device.close();
  }
}

package io.github.containersnap.harness.deployments;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.harness.testkit.SharedParameter;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.loopback.disk.Mount;
import io.github.containersnap.loopback.disk.ScratchSpace;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.disk.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A disk with two versions of a tiny system, made once for all tests; each works on a reflinked
 * copy of it.
 */
final class Laboratory implements AutoCloseable {
  private static final long DISK_BYTES = 400L << 20;
  private static final long SCRATCH_BYTES = 8L << 30;

  private final Workspace workspace;
  private final ScratchSpace scratch;
  private final TinyImage first;
  private final TinyImage second;
  private final TinyImage third;
  private final SystemDisk base;
  private final AtomicInteger names = new AtomicInteger();

  private Laboratory() throws IOException {
    workspace =
        Workspace.open(Path.of(System.getProperty("java.io.tmpdir"), "container-snap-tests"));
    scratch = ScratchSpace.create(workspace, SCRATCH_BYTES);
    first = TinyImage.make(workspace.file("image-1"), 1);
    second = TinyImage.make(workspace.file("image-2"), 2);
    third = TinyImage.make(workspace.file("image-3"), 3);
    base = SystemDisk.create(scratch.directory().resolve("base.img"), DISK_BYTES);
    on(
        base,
        machine -> {
          machine.succeeds("init");
          machine.succeeds("update", first.reference());
          machine.succeeds("update", second.reference());
        });
  }

  /** Gives all test classes the same laboratory, which is closed after the last. */
  static final class Shared extends SharedParameter<Laboratory> {
    Shared() {
      super(Laboratory.class, _ -> new Laboratory());
    }
  }

  TinyImage first() {
    return first;
  }

  TinyImage second() {
    return second;
  }

  /** Version 3, which is not deployed. */
  TinyImage third() {
    return third;
  }

  /** Where the files of a run go. */
  Path runtimeDirectory() {
    return workspace.file("runtime");
  }

  /** A directory of a test's own. */
  Path newDirectory() throws IOException {
    return Files.createDirectory(workspace.file("directory-" + names.incrementAndGet()));
  }

  /** A test's work on a machine. */
  interface Work {
    void on(Installed machine) throws IOException;
  }

  /** Does {@code work} on a copy of the disk, which is thrown away. */
  void onCopy(Work work) throws IOException {
    onCopyOf(base.image(), work);
  }

  /** Does {@code work} on a new disk without a boot loader's menu or anything of container-snap. */
  void onNewDisk(Work work) throws IOException {
    Path image = scratch.directory().resolve("new-" + names.incrementAndGet() + ".img");
    try {
      on(
          SystemDisk.create(image, DISK_BYTES),
          machine -> {
            ExternalCommand.of("btrfs", "subvolume", "delete", machine.top().resolve("@boot"))
                .run();
            work.on(machine);
          });
    } finally {
      Files.delete(image);
    }
  }

  /** Does {@code work} on a new disk whose btrfs holds nothing at all. */
  void onEmptyDisk(Work work) throws IOException {
    onNewDisk(
        machine -> {
          for (String name : List.of("@var", "@home")) {
            ExternalCommand.of("btrfs", "subvolume", "delete", machine.top().resolve(name)).run();
          }
          work.on(machine);
        });
  }

  /** A version whose deployments are to be the default subvolume of a system. */
  TinyImage bootedByDefault(int number) throws IOException {
    return TinyImage.make(
        newDirectory(), number, root -> TinyImage.write(root, "boot/grub2/grub.cfg", "# mine\n"));
  }

  /** Does {@code work} on a copy of another disk, as it is now. */
  void onCopyOf(Path disk, Work work) throws IOException {
    Path copy = scratch.directory().resolve("copy-" + names.incrementAndGet() + ".img");
    scratch.reflink(disk, copy);
    try {
      on(base.at(copy), work);
    } finally {
      Files.delete(copy);
    }
  }

  private void on(SystemDisk disk, Work work) throws IOException {
    Path at = workspace.file("mount-" + names.incrementAndGet());
    try (LoopDevice loop = disk.attachSystem();
        Mount mount = Mount.of(loop.device(), at, "noatime,subvolid=5")) {
      work.on(new Installed(mount.directory(), loop, disk.image(), this));
    }
  }

  @Override
  public void close() {
    scratch.close();
    workspace.close();
  }
}

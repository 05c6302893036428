package io.github.containersnap.harness.testkit;

import io.github.containersnap.adapter.podman.Podman;
import io.github.containersnap.command.ExternalCommand;
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
import org.jspecify.annotations.Nullable;

/**
 * Disks on which three versions of a tiny system are at hand, shared by all tests. Each test works
 * on a new disk or on a reflinked copy of one that was prepared once; it is mounted for that test
 * alone and thrown away after it. Needs root, btrfs, podman and skopeo.
 */
public final class TestDisks implements AutoCloseable {
  private static final long SCRATCH_BYTES = 16L << 30;
  private static final long INSTALLED_BYTES = 1L << 30;
  private static final long UPDATED_BYTES = 400L << 20;

  private final Workspace workspace;
  private final ScratchSpace scratch;
  private final TinyImages images;
  private final TinyImage first;
  private final TinyImage second;
  private final TinyImage third;
  private final AtomicInteger names = new AtomicInteger();
  private @Nullable SystemDisk installed;
  private @Nullable SystemDisk updated;

  private TestDisks() throws IOException {
    workspace =
        Workspace.open(Path.of(System.getProperty("java.io.tmpdir"), "container-snap-tests"));
    scratch = ScratchSpace.create(workspace, SCRATCH_BYTES);
    images = new TinyImages(workspace.file("images"));
    first = images.version(1);
    second =
        images.version(
            2,
            tree -> {
              tree.kernel("6.2.0");
              tree.write("usr/lib/modules/.wh.6.1.0", "");
              tree.write("etc/motd", "welcome to 2\n");
            });
    third = images.version(3);
  }

  /** Gives all test classes the same disks, which are closed after the last. */
  public static final class Shared extends SharedParameter<TestDisks> {
    /** For JUnit. */
    public Shared() {
      super(TestDisks.class, _ -> new TestDisks());
    }
  }

  /** A test's work on a machine. */
  @FunctionalInterface
  public interface Work {
    /** Does it. */
    void on(MachineOnDisk machine) throws IOException;
  }

  /** Makes more versions. */
  public TinyImages images() {
    return images;
  }

  /** Version 1. */
  public TinyImage first() {
    return first;
  }

  /** Version 2, with another kernel. */
  public TinyImage second() {
    return second;
  }

  /** Version 3, which is deployed nowhere. */
  public TinyImage third() {
    return third;
  }

  /** A version whose deployments are to be the default subvolume of a system. */
  public TinyImage bootedByDefault(int number) throws IOException {
    return new TinyImages(newDirectory())
        .version(number, tree -> tree.write("boot/grub2/grub.cfg", "# mine\n"));
  }

  /** On a copy of a disk with version 1 deployed and some local changes in /etc. */
  public void onInstalled(Work work) throws IOException {
    SystemDisk disk = installed();
    onCopy(disk, disk.image(), work);
  }

  private synchronized SystemDisk installed() throws IOException {
    if (installed == null) {
      installed =
          prepared(
              INSTALLED_BYTES,
              machine -> {
                machine.succeeds("init");
                machine.succeeds("update", first.reference());
                Path etc = machine.root(machine.first()).resolve("etc");
                Files.writeString(etc.resolve("app.conf"), "version = mine\n");
                Files.writeString(etc.resolve("local"), "mine\n");
                Files.delete(etc.resolve("hostname"));
              });
    }
    return installed;
  }

  /** On a copy of a disk whose default is version 2 and whose fallback is version 1. */
  public void onUpdated(Work work) throws IOException {
    onCopyOf(updated().image(), work);
  }

  private synchronized SystemDisk updated() throws IOException {
    if (updated == null) {
      updated =
          prepared(
              UPDATED_BYTES,
              machine -> {
                machine.succeeds("init");
                machine.succeeds("update", first.reference());
                machine.succeeds("update", second.reference());
              });
    }
    return updated;
  }

  /** On a copy of another disk that began as a copy of {@link #onUpdated}'s, as it is now. */
  public void onCopyOf(Path image, Work work) throws IOException {
    onCopy(updated(), image, work);
  }

  /** On a new disk of that size, on which a machine has room but nothing is deployed. */
  public void onNewDisk(long bytes, Work work) throws IOException {
    Path image = file("new.img");
    try {
      on(SystemDisk.create(image, bytes), work);
    } finally {
      Files.delete(image);
    }
  }

  /** On a new disk without a boot loader's menu. */
  public void onDiskWithoutMenu(Work work) throws IOException {
    onNewDisk(UPDATED_BYTES, without(List.of("@boot"), work));
  }

  /** On a new disk whose btrfs holds nothing at all. */
  public void onEmptyDisk(Work work) throws IOException {
    onNewDisk(UPDATED_BYTES, without(List.of("@boot", "@var", "@home"), work));
  }

  private static Work without(List<String> subvolumes, Work work) {
    return machine -> {
      for (String name : subvolumes) {
        ExternalCommand.of("btrfs", "subvolume", "delete", machine.top().resolve(name)).run();
      }
      work.on(machine);
    };
  }

  private SystemDisk prepared(long bytes, Work work) throws IOException {
    SystemDisk disk = SystemDisk.create(file("prepared.img"), bytes);
    on(disk, work);
    return disk;
  }

  private void onCopy(SystemDisk disk, Path image, Work work) throws IOException {
    Path copy = file("copy.img");
    scratch.reflink(image, copy);
    try {
      on(disk.at(copy), work);
    } finally {
      Files.delete(copy);
    }
  }

  private void on(SystemDisk disk, Work work) throws IOException {
    Path at = workspace.file("mount-" + names.incrementAndGet());
    try (LoopDevice loop = disk.attachSystem();
        Mount mount = Mount.of(loop.device(), at, "noatime,subvolid=5")) {
      work.on(new MachineOnDisk(mount.directory(), loop, disk.image(), this));
    }
  }

  private Path file(String name) {
    return scratch.directory().resolve(names.incrementAndGet() + "-" + name);
  }

  /** A directory of a test's own. */
  public Path newDirectory() throws IOException {
    return Files.createDirectory(workspace.file("directory-" + names.incrementAndGet()));
  }

  /** Where the files of a run go. */
  public Path runtimeDirectory() {
    return workspace.file("runtime");
  }

  /** podman, as the command line runs it on these disks. */
  public Podman podman() {
    return new Podman(runtimeDirectory(), true);
  }

  @Override
  public void close() {
    scratch.close();
    workspace.close();
  }
}

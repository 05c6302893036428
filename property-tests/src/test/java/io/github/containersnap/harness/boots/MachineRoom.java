package io.github.containersnap.harness.boots;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.SealedRoot;
import io.github.containersnap.harness.updater.CommandLineUpdater;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.loopback.disk.Mount;
import io.github.containersnap.loopback.disk.ScratchSpace;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.vm.container.ContainerEngine;
import io.github.containersnap.vm.images.ImageInLayout;
import io.github.containersnap.vm.images.QemuImage;
import io.github.containersnap.vm.images.cache.ImageCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Where machines of all tests run: a container engine for them, of which a process has one, and
 * scratch space for their disks. Made once, and closed after the last test.
 */
final class MachineRoom implements AutoCloseable {
  private static final long SCRATCH_BYTES = 64L << 30;

  private final ImageCache cache = ImageCache.ofThisUser();
  private final Workspace workspace;
  private final ScratchSpace scratch;
  private final ContainerEngine engine;
  private final AtomicInteger names = new AtomicInteger();

  private MachineRoom() throws IOException {
    workspace = Workspace.open(Files.createDirectories(cache.root().resolve("runs")));
    scratch = ScratchSpace.create(workspace, SCRATCH_BYTES);
    engine = ContainerEngine.open(workspace, new QemuImage(cache, _ -> {}).store());
  }

  /** The room of this test run. */
  static MachineRoom of(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.GLOBAL)
        .getOrComputeIfAbsent(MachineRoom.class, _ -> made(), MachineRoom.class);
  }

  private static MachineRoom made() {
    try {
      return new MachineRoom();
    } catch (IOException e) {
      throw new IllegalStateException("there is no room for machines", e);
    }
  }

  ImageCache cache() {
    return cache;
  }

  Workspace workspace() {
    return workspace;
  }

  ScratchSpace scratch() {
    return scratch;
  }

  ContainerEngine engine() {
    return engine;
  }

  /** A file that is not there yet. */
  Path newDisk() {
    return scratch.directory().resolve("disk-" + names.incrementAndGet() + ".img");
  }

  /** A disk on which an image is installed, with its owner's changes in /etc and /var. */
  SystemDisk installed(CommandLineUpdater updater, ImageInLayout image, long bytes) {
    SystemDisk disk = SystemDisk.create(newDisk(), bytes);
    return on(
        disk,
        top -> {
          BootBench.succeeds(updater.install(top, image.reference()));
          makeOwnersChanges(new DeploymentLayout(top), BootBench.id(image));
          return disk;
        });
  }

  private static void makeOwnersChanges(DeploymentLayout layout, DeploymentId id) {
    try {
      Path etc = new SealedRoot(layout.deployment(id)).etc();
      Files.writeString(etc.resolve("owner.conf"), "kept\n");
      Files.writeString(layout.system().resolve("@var/owner-data"), "kept too\n");
    } catch (IOException e) {
      throw new IllegalStateException("cannot make the owner's changes", e);
    }
  }

  /** A copy of a disk that nobody writes to. */
  SystemDisk copyOf(SystemDisk disk) {
    Path copy = newDisk();
    scratch.reflink(disk.image(), copy);
    return disk.at(copy);
  }

  /** Does {@code work} on the mounted top level of a disk that no machine runs from. */
  <T> T on(SystemDisk disk, Function<Path, T> work) {
    Path at = workspace.file("mount-" + names.incrementAndGet());
    try (LoopDevice loop = disk.attachSystem();
        Mount mount = Mount.of(loop.device(), at, "noatime")) {
      return work.apply(mount.directory());
    }
  }

  @Override
  public void close() {
    engine.close();
    scratch.close();
    workspace.close();
  }
}

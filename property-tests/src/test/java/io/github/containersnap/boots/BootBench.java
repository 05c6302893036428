package io.github.containersnap.boots;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.DeploymentId;
import io.github.containersnap.engine.DeploymentLayout;
import io.github.containersnap.engine.ImageId;
import io.github.containersnap.engine.SealedRoot;
import io.github.containersnap.experiment.CommandLineUpdater;
import io.github.containersnap.experiment.Updater;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.loopback.disk.Mount;
import io.github.containersnap.loopback.disk.ScratchSpace;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.vm.container.ContainerEngine;
import io.github.containersnap.vm.images.Cache;
import io.github.containersnap.vm.images.OciImage;
import io.github.containersnap.vm.images.QemuImage;
import io.github.containersnap.vm.images.SmallPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A disk with the old image of the small pair and its owner's changes, made once for all tests, and
 * a container engine for the machines that boot copies of it.
 */
final class BootBench implements AutoCloseable {
  private static final long DISK_BYTES = 1L << 30;
  private static final long SCRATCH_BYTES = 32L << 30;

  private final Workspace workspace;
  private final ScratchSpace scratch;
  private final ContainerEngine engine;
  private final SmallPair images;
  private final SystemDisk base;
  private final CommandLineUpdater updater;
  private final AtomicInteger names = new AtomicInteger();

  private BootBench() throws IOException {
    Cache cache = Cache.ofThisUser();
    images = new SmallPair(cache, _ -> {});
    workspace = Workspace.open(Files.createDirectories(cache.root().resolve("runs")));
    updater = new CommandLineUpdater(workspace.file("runtime"), Optional.empty());
    scratch = ScratchSpace.create(workspace, SCRATCH_BYTES);
    engine = ContainerEngine.open(workspace, new QemuImage(cache, _ -> {}).store());
    base = SystemDisk.create(scratch.directory().resolve("base.img"), DISK_BYTES);
    on(base, this::install);
  }

  private Path install(Path top) {
    succeeds(updater.install(top, old().reference()));
    try {
      Path etc = new SealedRoot(new DeploymentLayout(top).deployment(id(old()))).etc();
      Files.writeString(etc.resolve("owner.conf"), "kept\n");
      Files.writeString(top.resolve("@var/owner-data"), "kept too\n");
    } catch (IOException e) {
      throw new IllegalStateException("cannot make the owner's changes", e);
    }
    return top;
  }

  static void succeeds(Updater.Result result) {
    assertThat(result.exitCode()).as(result.error()).isZero();
  }

  /** Gives all test classes the same bench, which is closed after the last. */
  static final class Shared implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == BootBench.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(ExtensionContext.Namespace.GLOBAL)
          .getOrComputeIfAbsent(BootBench.class, _ -> made(), BootBench.class);
    }

    private static BootBench made() {
      try {
        return new BootBench();
      } catch (IOException e) {
        throw new IllegalStateException("the bench cannot be made", e);
      }
    }
  }

  OciImage old() {
    return images.make().oldImage();
  }

  OciImage good() {
    return images.make().newImage();
  }

  SmallPair images() {
    return images;
  }

  CommandLineUpdater updater() {
    return updater;
  }

  ContainerEngine engine() {
    return engine;
  }

  /** The pristine deployment of an image. */
  static DeploymentId id(OciImage image) {
    return new DeploymentId(new ImageId(ImageConfig.idOf(image)), 0);
  }

  /** A machine with a disk of its own, on which the old system is installed. */
  TestMachine machine() {
    return new TestMachine(this, copyOf(base));
  }

  /** A copy of a disk that nobody writes to. */
  SystemDisk copyOf(SystemDisk disk) {
    Path copy = scratch.directory().resolve("copy-" + names.incrementAndGet() + ".img");
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

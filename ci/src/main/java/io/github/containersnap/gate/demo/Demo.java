package io.github.containersnap.gate.demo;

import io.github.containersnap.harness.mutant.Mutants;
import io.github.containersnap.harness.registry.LocalRegistry;
import io.github.containersnap.harness.updater.CommandLineUpdater;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.loopback.disk.Mount;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.vm.container.ContainerEngine;
import io.github.containersnap.vm.images.BrokenHost;
import io.github.containersnap.vm.images.DebianHostPair;
import io.github.containersnap.vm.images.ImageInLayout;
import io.github.containersnap.vm.images.ImagePair;
import io.github.containersnap.vm.images.QemuImage;
import io.github.containersnap.vm.images.build.HostPackage;
import io.github.containersnap.vm.images.cache.ImageCache;
import io.github.containersnap.vm.machine.Accelerator;
import io.github.containersnap.vm.machine.MachinePlan;
import java.io.IOException;
import java.util.function.Consumer;

/** Makes what the story needs (images, a registry, a disk with the old system), and tells it. */
public final class Demo {
  private static final long DISK_BYTES = 4L << 30;

  private final Workspace workspace;
  private final DemoTerminal stage;
  private final Consumer<String> progress;

  /**
   * @param workspace where all of it lies
   * @param progress told in words what is prepared
   */
  public Demo(Workspace workspace, DemoTerminal stage, Consumer<String> progress) {
    this.workspace = workspace;
    this.stage = stage;
    this.progress = progress;
  }

  /**
   * Prepares and tells the story.
   *
   * @throws DemoFailedException if it takes another turn than it was to
   */
  public void give() throws IOException {
    ImageCache cache = ImageCache.ofThisUser();
    DebianHostPair images = new DebianHostPair(cache, progress, HostPackage.ofThisBuild());
    ImagePair pair = images.make();
    ImageInLayout broken = images.broken(BrokenHost.FAILING_SERVICE);
    progress.accept("starting a registry with version 2 and a broken version 3 …");
    try (LocalRegistry registry = LocalRegistry.open(workspace, "registry")) {
      registry.push(pair.newImage().reference(), "host:2");
      registry.push(broken.reference(), "host:3");
      progress.accept("installing version 1 on an empty disk …");
      SystemDisk disk = SystemDisk.create(workspace.file("host.img"), DISK_BYTES);
      install(disk, pair.oldImage());
      try (ContainerEngine engine =
          ContainerEngine.open(workspace, new QemuImage(cache, progress).store())) {
        progress.accept(
            "virtual machines run with %s here"
                .formatted(Accelerator.ofThisMachine(engine).inWords()));
        tell(engine, disk, "docker://" + MachinePlan.seenByGuest(registry.address()));
      }
    }
  }

  private void tell(ContainerEngine engine, SystemDisk disk, String registry) {
    try (DemoHost host = new DemoHost(engine, disk, stage)) {
      new DemoScript(stage, host, registry + "/host:2", registry + "/host:3").tell();
    }
  }

  private void install(SystemDisk disk, ImageInLayout image) {
    CommandLineUpdater updater = new CommandLineUpdater(workspace.file("runtime"), Mutants.NONE);
    try (LoopDevice loop = disk.attachSystem();
        Mount mount = Mount.of(loop.device(), workspace.file("host"), "noatime")) {
      Updater.Result result = updater.install(mount.directory(), image.reference());
      if (result.exitCode() != 0) {
        throw new DemoFailedException("the installation failed: " + result.complaint());
      }
    }
  }
}

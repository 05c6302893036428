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
import java.util.Locale;
import java.util.function.Consumer;

/** Makes what a story needs (images, a registry, a disk with the old system), and tells it. */
public final class Demo {
  private static final long DISK_BYTES = 4L << 30;

  private final Workspace workspace;
  private final DemoTerminal stage;
  private final Transcript transcript;
  private final Consumer<String> progress;

  /** What can be told. */
  public enum Story {
    /** A power cut in an update, and a broken image. */
    POWER_CUT,
    /** What an administrator does with a machine in its first days. */
    ADMINISTRATOR;

    /** As it is named on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * @param workspace where all of it lies
   * @param stage where it is told
   * @param transcript told how the registry is to be called
   * @param progress told in words what is prepared
   */
  public Demo(
      Workspace workspace, DemoTerminal stage, Transcript transcript, Consumer<String> progress) {
    this.workspace = workspace;
    this.stage = stage;
    this.transcript = transcript;
    this.progress = progress;
  }

  /**
   * Prepares and tells a story.
   *
   * @throws DemoFailedException if it takes another turn than it was to
   */
  public void give(Story story) throws IOException {
    ImageCache cache = ImageCache.ofThisUser();
    HostPackage program = HostPackage.ofThisBuild();
    DebianHostPair images = new DebianHostPair(cache, progress, program);
    images.make();
    images.broken(broken(story));
    progress.accept("starting a registry …");
    try (LocalRegistry registry = LocalRegistry.open(workspace, "registry");
        ContainerEngine engine =
            ContainerEngine.open(workspace, new QemuImage(cache, progress).store())) {
      progress.accept(
          "virtual machines run with %s here"
              .formatted(Accelerator.ofThisMachine(engine).inWords()));
      switch (story) {
        case POWER_CUT -> powerCut(images, registry, engine);
        case ADMINISTRATOR -> administrator(program, images, registry, engine);
      }
    }
  }

  private static BrokenHost broken(Story story) {
    return switch (story) {
      case POWER_CUT -> BrokenHost.FAILING_SERVICE;
      case ADMINISTRATOR -> BrokenHost.FAILING_HEALTH_CHECK;
    };
  }

  private void powerCut(DebianHostPair images, LocalRegistry registry, ContainerEngine engine) {
    ImagePair pair = images.make();
    registry.push(pair.newImage().reference(), "host:2");
    registry.push(images.broken(broken(Story.POWER_CUT)).reference(), "host:3");
    progress.accept("installing version 1 on an empty disk …");
    SystemDisk disk = SystemDisk.create(workspace.file("host.img"), DISK_BYTES);
    install(disk, pair.oldImage());
    String address = "docker://" + MachinePlan.seenByGuest(registry.address());
    try (DemoHost host = new DemoHost(engine, disk.image(), stage)) {
      new DemoScript(stage, host, address + "/host:2", address + "/host:3").tell();
    }
  }

  private void administrator(
      HostPackage program, DebianHostPair images, LocalRegistry registry, ContainerEngine engine)
      throws IOException {
    ImagePair pair = images.make();
    registry.push(pair.oldImage().reference(), "os:1");
    registry.push(pair.newImage().reference(), "os:stable");
    String port = registry.address().substring(registry.address().lastIndexOf(':'));
    transcript.calls(port + "/", AdministratorScript.PORT_IN_TRANSCRIPT + "/");
    Workstation workstation = new Workstation(program, workspace, stage);
    transcript.calls(workstation.directory() + "/", "");
    try (DemoHost host =
        new DemoHost(engine, workstation.directory().resolve(AdministratorScript.DISK), stage)) {
      new AdministratorScript(
              stage,
              workstation,
              host,
              port,
              () ->
                  registry.push(
                      images.broken(broken(Story.ADMINISTRATOR)).reference(), "os:stable"))
          .tell();
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

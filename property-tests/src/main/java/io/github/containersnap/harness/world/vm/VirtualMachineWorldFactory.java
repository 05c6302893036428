package io.github.containersnap.harness.world.vm;

import io.github.containersnap.harness.history.History;
import io.github.containersnap.harness.history.HistoryStep;
import io.github.containersnap.harness.history.ScheduledStep;
import io.github.containersnap.harness.history.play.InstalledMachines;
import io.github.containersnap.harness.history.play.WorldFactory;
import io.github.containersnap.harness.world.BootableFiles;
import io.github.containersnap.harness.world.HistoryImage;
import io.github.containersnap.harness.world.HistoryImage.Specification;
import io.github.containersnap.harness.world.NodeContent;
import io.github.containersnap.harness.world.World;
import io.github.containersnap.harness.world.loopback.LoopbackWorldFactory;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.oci.OciLayout;
import io.github.containersnap.oci.tar.TarEntry;
import io.github.containersnap.oci.tar.TarReader;
import io.github.containersnap.vm.container.ContainerEngine;
import io.github.containersnap.vm.images.ImageInLayout;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The machines of the loopback world, each boot of which is one of a virtual machine from its disk:
 * UEFI, GRUB, which executes the menu and counts the boots of a trial, a kernel, an init. The
 * engine works on the disk from outside, on its real ports, so that faults strike where a history
 * says.
 */
public final class VirtualMachineWorldFactory implements WorldFactory, AutoCloseable {
  private final LoopbackWorldFactory machines;

  /**
   * Makes what they share.
   *
   * @param workspace for this alone; not closed with it
   * @param engine runs the virtual machines; not closed with it
   * @param small an image whose kernel, early userland and busybox all images of histories have
   * @param otherCuts how many other crash states of a command that lost its power are looked at,
   *     each of which boots at least once
   */
  public VirtualMachineWorldFactory(
      Workspace workspace, ContainerEngine engine, ImageInLayout small, int otherCuts) {
    HistoryImage.startWith(files(small));
    machines =
        LoopbackWorldFactory.starting(workspace, otherCuts, new VirtualMachineFirmware(engine));
  }

  /** What the small system is started with. */
  private static BootableFiles files(ImageInLayout small) {
    Path layout = small.layoutDirectory();
    String digest = OciLayout.open(layout).image(small.tag()).layers().getFirst().digest();
    Path layer = layout.resolve("blobs").resolve(digest.replace(':', '/'));
    try (InputStream in = Files.newInputStream(layer)) {
      TarReader archive = new TarReader(in);
      Optional<NodeContent> kernel = Optional.empty();
      Optional<NodeContent> initrd = Optional.empty();
      Optional<NodeContent> busybox = Optional.empty();
      for (Optional<TarEntry> it = archive.next(); it.isPresent(); it = archive.next()) {
        String name = it.get().name();
        if (name.endsWith("/vmlinuz")) {
          kernel = Optional.of(NodeContent.of(archive.content().readAllBytes()));
        } else if (name.endsWith("/initramfs.img")) {
          initrd = Optional.of(NodeContent.of(archive.content().readAllBytes()));
        } else if (name.endsWith("usr/bin/busybox")) {
          busybox = Optional.of(NodeContent.of(archive.content().readAllBytes()));
        }
      }
      return new BootableFiles(kernel.orElseThrow(), initrd.orElseThrow(), busybox.orElseThrow());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the small system's layer " + layer, e);
    }
  }

  @Override
  public String name() {
    return "vm";
  }

  @Override
  public World empty(long seed) {
    return machines.empty(seed);
  }

  @Override
  public World like(long seed, World other) {
    return machines.like(seed, other);
  }

  /** The same images on bases that real machines start. */
  @Override
  public History adapted(History history) {
    return new History(
        history.seed(),
        startable(history.first()),
        history.acts().stream().map(VirtualMachineWorldFactory::startable).toList());
  }

  private static ScheduledStep startable(ScheduledStep act) {
    HistoryStep step =
        switch (act.step()) {
          case HistoryStep.Update update ->
              new HistoryStep.Update(startable(update.image()), update.retry());
          case HistoryStep.Download download ->
              new HistoryStep.Download(startable(download.image()));
          case HistoryStep other -> other;
        };
    return act.with(step);
  }

  private static Specification startable(Specification image) {
    return image.base() >= HistoryImage.FIRST_STARTABLE_BASE
        ? image
        : new Specification(
            HistoryImage.FIRST_STARTABLE_BASE + image.base(), image.version(), image.health());
  }

  /** Each takes a minute. */
  @Override
  public int triesOfShrinking() {
    return 5;
  }

  @Override
  public InstalledMachines installations() {
    return machines.installations();
  }

  @Override
  public void close() {
    machines.close();
  }
}

package io.github.containersnap.harness.oracle.reading;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.base.Json;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.harness.grub.Grub;
import io.github.containersnap.harness.grub.GrubDisk;
import io.github.containersnap.harness.grub.GrubScript;
import io.github.containersnap.harness.grub.PowerOn.GrubStart;
import io.github.containersnap.harness.grub.PowerOn.GrubStuck;
import io.github.containersnap.harness.view.BootPlan;
import io.github.containersnap.loopback.disk.LoopDevice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;

/**
 * A GRUB that follows the default subvolume, as openSUSE's does: there it finds its configuration,
 * the kernel and the initrd, and the kernel, told no subvolume, mounts it as its root. What is read
 * is the default subvolume's path, a line, and that configuration.
 *
 * @param filesystem the UUID of the btrfs
 * @param mountPoint where the last commit may be mounted
 */
public record DefaultSubvolumeReading(UUID filesystem, Path mountPoint) implements MenuReading {
  private static final String ESP = "hd0,gpt1";
  private static final String SYSTEM = "hd0,gpt2";
  private static final String LABEL = "SYSTEM";
  private static final String CONFIGURATION = "/boot/grub2/grub.cfg";
  private static final String PATH = " path ";

  @Override
  public Optional<String> atLastCommit(LoopDevice loop) {
    return LastCommitMount.on(loop, mountPoint, DefaultSubvolumeReading::read);
  }

  @Override
  public Optional<String> mounted(Path top) {
    return read(top);
  }

  private static Optional<String> read(Path top) {
    String said = ExternalCommand.of("btrfs", "subvolume", "get-default", top).run().text().strip();
    int path = said.indexOf(PATH);
    if (path < 0) {
      return Optional.empty(); // the top level itself, which holds no system
    }
    String subvolume = said.substring(path + PATH.length());
    Path configuration = top.resolve(subvolume + CONFIGURATION);
    if (!Files.isRegularFile(configuration, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.of(subvolume + "\n");
    }
    try {
      return Optional.of(subvolume + "\n" + Files.readString(configuration));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + configuration, e);
    }
  }

  @Override
  public BootPlan plan(Optional<String> read) {
    if (read.isEmpty()) {
      return new BootPlan(List.of(new BootPlan.Stuck("the default subvolume is the top level")));
    }
    int line = read.get().indexOf('\n');
    String subvolume = read.get().substring(0, line);
    Disk disk = new Disk(read.get().substring(line + 1));
    return new BootPlan(
        List.of(
            switch (new Grub(disk, ESP, builtIn()).powerOn()) {
              case GrubStart start -> entry(subvolume, start);
              case GrubStuck stuck -> new BootPlan.Stuck(stuck.why());
            }));
  }

  private static GrubScript builtIn() {
    return GrubScript.parse(
        """
        search --no-floppy --set=root --label %s
        configfile %s
        """
            .formatted(LABEL, CONFIGURATION));
  }

  /** There is no menu: the name of the root's directory stands for an entry's id. */
  private BootPlan.Entry entry(String subvolume, GrubStart start) {
    String root = start.argument("root").orElse("");
    return new BootPlan.Entry(
        subvolume.substring(subvolume.lastIndexOf('/') + 1),
        root.equals("LABEL=" + LABEL) ? filesystem.toString() : root.replaceFirst("^UUID=", ""),
        subvolume,
        subvolume + start.linux(),
        start.initrd().map(subvolume::concat).orElse(""),
        start.arguments(),
        Math.toIntExact(start.timeout()));
  }

  @Override
  public Optional<String> fallback(Path top, BootPlan plan) {
    return inForce(top)
        .map(menu -> menu.path(1).path("deployment").asText())
        .filter(id -> !id.isEmpty());
  }

  @Override
  public Optional<String> standing(Path top, String deployment) {
    return inForce(top).stream()
        .flatMap(menu -> StreamSupport.stream(menu.spliterator(), false))
        .filter(entry -> entry.path("deployment").asText().equals(deployment))
        .map(entry -> entry.path("standing").asText())
        .findFirst();
  }

  /** The entries of that recorded menu whose default is the default subvolume. */
  private static Optional<JsonNode> inForce(Path top) {
    Path file = new DeploymentLayout(top).menuRecord();
    String subvolume = read(top).orElse("\n").lines().findFirst().orElse("");
    try {
      return StreamSupport.stream(Json.tree(file).path("menus").spliterator(), false)
          .map(menu -> menu.path("entries"))
          .filter(entries -> subvolume.endsWith("/" + entries.path(0).path("deployment").asText()))
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /** The default subvolume. Its kernel and initrd are read by the driver of GRUB elsewhere. */
  private record Disk(String configuration) implements GrubDisk {
    @Override
    public Optional<String> deviceByUuid(String uuid) {
      return Optional.empty();
    }

    @Override
    public Optional<String> deviceByLabel(String label) {
      return label.equals(LABEL) ? Optional.of(SYSTEM) : Optional.empty();
    }

    @Override
    public Optional<byte[]> read(String device, String path) {
      return device.equals(SYSTEM) && path.equals(CONFIGURATION)
          ? Optional.of(configuration.getBytes(StandardCharsets.UTF_8))
          : Optional.empty();
    }

    @Override
    public boolean isKernel(String device, String path) {
      return device.equals(SYSTEM);
    }

    @Override
    public boolean exists(String device, String path) {
      return device.equals(SYSTEM);
    }

    @Override
    public boolean overwrite(String device, String path, byte[] content) {
      return false;
    }
  }
}

package io.github.containersnap.bundle;

import io.github.containersnap.adapter.MachineAccess;
import io.github.containersnap.adapter.bootloader.BootloaderDetection;
import io.github.containersnap.adapter.linux.FileLock;
import io.github.containersnap.adapter.linux.LinuxFiles;
import io.github.containersnap.adapter.podman.Podman;
import io.github.containersnap.adapter.podman.PodmanStore;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.engine.port.Ports;
import io.github.containersnap.image.RegistryAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * A system in a scratch directory, for the {@link TrainingRun}, which is offered two images one
 * after the other. It is as real as a build machine allows: {@link TrainingBtrfs}, {@link
 * TrainingStore}.
 */
final class TrainingMachine implements MachineAccess {
  private final Path system;
  private final Path runtimeDirectory;
  private final TrainingImage first;
  private final TrainingImage second;
  private boolean offersSecond;

  /** A system below {@code scratch}; the layouts of both images are made there too. */
  TrainingMachine(Path scratch) throws IOException {
    this.system = Files.createDirectories(scratch.resolve("system"));
    this.runtimeDirectory = Files.createDirectories(scratch.resolve("run"));
    this.first = TrainingImage.of(firstContent(scratch.resolve("content-1")));
    this.second = first.with(secondContent(scratch.resolve("content-2")));
    first.writeLayout(scratch.resolve("image-1"));
    second.writeLayout(scratch.resolve("image-2"));
  }

  /** From now on references lead to the second image. */
  void offerSecond() {
    offersSecond = true;
  }

  /** The id of its default deployment. */
  String deployment() {
    return open(Optional.empty(), RegistryAccess.USUAL, Progress.NONE)
        .byDefault()
        .orElseThrow()
        .toString();
  }

  private static Path firstContent(Path root) throws IOException {
    write(root, "usr/lib/modules/6.12/vmlinuz", "kernel");
    write(root, "usr/lib/modules/6.12/initramfs.img", "initramfs");
    write(root, "usr/lib/modules/6.12/modules.dep", "");
    Path init = write(root, "usr/sbin/init", "init");
    if (!init.toFile().setExecutable(true, false)) {
      throw new IOException(init + " cannot be made executable");
    }
    Files.createSymbolicLink(root.resolve("sbin"), Path.of("usr/sbin"));
    write(root, "etc/os-release", "PRETTY_NAME=\"Training 1\"\nVERSION_ID=1\n");
    write(
        root, "etc/fstab", "# <device> <dir> <type> <options>\nLABEL=data /data ext4 nofail 0 0\n");
    write(root, "etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
    write(root, "etc/group", "root:x:0:\n");
    write(root, "etc/shadow", "root:*:20000:0:99999:7:::\n");
    write(root, "etc/gshadow", "root:*::\n");
    write(root, "etc/motd", "one\n");
    write(root, "etc/changed", "one\n");
    write(root, "etc/removed", "one\n");
    write(root, "usr/lib/systemd/system/example.service", "[Unit]\n");
    write(root, "usr/lib/kernel/cmdline", "quiet console=ttyS0\n");
    // All that an update would make in it, which asks for root.
    for (String directory :
        List.of("boot", "data", "dev", "home", "proc", "root", "run", "srv", "sys", "var")) {
      Files.createDirectories(root.resolve(directory));
    }
    return root;
  }

  private static Path secondContent(Path root) throws IOException {
    write(root, "etc/os-release", "PRETTY_NAME=\"Training 2\"\nVERSION_ID=2\n");
    write(root, "etc/passwd", "root:x:0:0:root:/root:/bin/sh\nd:x:100:100::/:/bin/false\n");
    write(root, "etc/group", "root:x:0:\nd:x:100:\n");
    write(root, "etc/motd", "two\n");
    write(root, "usr/share/large", "0123456789".repeat(100_000)); // so that hashing is compiled
    return root;
  }

  private static Path write(Path root, String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(Optional.ofNullable(file.getParent()).orElseThrow());
    return Files.writeString(file, text);
  }

  @Override
  public Machine open(Optional<Path> root, RegistryAccess registries, Progress progress) {
    DeploymentLayout layout = new DeploymentLayout(system);
    LinuxFiles files = new LinuxFiles();
    TrainingBtrfs btrfs = new TrainingBtrfs();
    Podman podman = new Podman(runtimeDirectory, registries);
    Ports ports =
        new Ports(
            btrfs,
            new TrainingStore(
                new PodmanStore(layout, files, btrfs, podman),
                layout.store(),
                offersSecond ? second : first),
            new BootloaderDetection(layout, files, btrfs).find(),
            files,
            new FileLock(layout.lock(), runtimeDirectory),
            InstantSource.system());
    return new Machine(ports, layout, Optional.empty(), progress);
  }

  @Override
  public Path runtimeDirectory() {
    return runtimeDirectory;
  }
}

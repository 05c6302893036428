package io.github.containersnap.install.disk;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.ExternalCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes a disk that has all but an operating system: partitions, boot loader, and a btrfs with the
 * subvolumes {@code @boot}, {@code @var} (with {@code lib}) and {@code @home}. Until a deployment
 * brings a boot menu, its boot loader starts nothing.
 */
public final class EmptySystem {
  private static final List<String> SUBVOLUMES = List.of("@boot", "@var", "@home");

  private final PartitionPlan plan;
  private final EfiArchitecture firmware;
  private final Path workDirectory;

  private EmptySystem(PartitionPlan plan, EfiArchitecture firmware, Path workDirectory) {
    this.plan = plan;
    this.firmware = firmware;
    this.workDirectory = workDirectory;
  }

  /**
   * Makes it. What the disk held is lost. If this is cut short, the work directory may hold a
   * mounted {@code system}, and nothing that boots is on the disk.
   *
   * @param workDirectory empty, and for root alone; empty again afterwards
   * @throws CommandFailedException if a program that it needs is missing or fails
   */
  public static void make(PartitionPlan plan, EfiArchitecture firmware, Path workDirectory) {
    EmptySystem system = new EmptySystem(plan, firmware, workDirectory);
    try {
      system.partition();
      system.makeEsp();
      system.makeFilesystem();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the disk %s".formatted(plan.disk()), e);
    }
  }

  private void partition() {
    ExternalCommand.of(
            "sgdisk",
            "--clear",
            "--new=1:" + plan.esp().sectors(plan.sectorBytes()),
            "--typecode=1:EF00",
            "--change-name=1:ESP",
            "--new=2:" + plan.system().sectors(plan.sectorBytes()),
            "--typecode=2:8300",
            "--change-name=2:" + PartitionPlan.LABEL,
            plan.disk())
        .run();
  }

  private void makeEsp() throws IOException {
    try (PartitionDevice part = plan.attachEsp()) {
      new EfiSystemPartition(part.device(), plan.esp().size(), firmware, plan.filesystem())
          .make(workDirectory);
    }
  }

  private void makeFilesystem() throws IOException {
    Path mountPoint = Files.createDirectory(workDirectory.resolve("system"));
    try (PartitionDevice part = plan.attachSystem()) {
      ExternalCommand.of(
              "mkfs.btrfs", "--quiet", "--force", "--label", PartitionPlan.LABEL, "--uuid")
          .with(plan.filesystem(), part.device())
          .run();
      try (SystemMount mount = SystemMount.of(part, mountPoint)) {
        for (String name : SUBVOLUMES) {
          ExternalCommand.of("btrfs", "subvolume", "create", mount.directory().resolve(name)).run();
        }
        Files.createDirectory(mount.directory().resolve("@var/lib"));
      }
    }
    Files.delete(mountPoint);
  }
}

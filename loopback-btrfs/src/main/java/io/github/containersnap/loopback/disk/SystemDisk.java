package io.github.containersnap.loopback.disk;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.install.disk.DiskRange;
import io.github.containersnap.install.disk.EfiArchitecture;
import io.github.containersnap.install.disk.EmptySystem;
import io.github.containersnap.install.disk.PartitionPlan;
import io.github.containersnap.loopback.log.DiskGeometry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;

/**
 * The disk of DESIGN §4 as a file: a GPT with an EFI system partition, which an update never
 * writes, and one btrfs labelled {@code SYSTEM}. Behind the btrfs lies at least 1 MiB that belongs
 * to no partition: the mark area. All offsets and sizes are in bytes. For updaters that want it,
 * the btrfs may be another filesystem; that disk has neither a partition table nor a boot loader.
 *
 * @param image the file
 * @param sizeBytes the size of the whole disk
 * @param espOffset where the EFI system partition begins
 * @param espSize its size
 * @param systemOffset where the btrfs begins
 * @param systemSize its size
 * @param marksOffset where the mark area begins
 * @param filesystemUuid the UUID of the btrfs
 * @param filesystem what it is instead of a btrfs, if it is another one
 */
public record SystemDisk(
    Path image,
    long sizeBytes,
    long espOffset,
    long espSize,
    long systemOffset,
    long systemSize,
    long marksOffset,
    UUID filesystemUuid,
    Filesystem filesystem)
    implements DiskGeometry {

  private static final long MIB = 1 << 20;
  private static final int SECTOR_BYTES = 512;
  private static final long ESP_OFFSET = MIB;
  private static final long ESP_SIZE = PartitionPlan.SMALL_ESP;

  /** What stands for the subvolumes of a btrfs. */
  private static final List<String> DIRECTORIES = List.of("@boot", "@var", "@var/lib", "@home");

  /** One MiB of marks and one for the backup GPT, which takes 33 sectors at the disk's end. */
  private static final long TAIL = 2 * MIB;

  /** The smallest disk that can be made, in bytes. */
  public static final long SMALLEST = ESP_OFFSET + ESP_SIZE + PartitionPlan.SMALLEST_SYSTEM + TAIL;

  /**
   * Makes a disk without an operating system, by the code that makes the disks of real hosts
   * ({@link EmptySystem}).
   *
   * <p>If this is cut short, {@code IMAGE.building} beside the image holds what was mounted; made
   * within a {@link Workspace}, both are swept away with it.
   *
   * @param image a file that does not exist yet; it is sparse
   * @param sizeBytes at least {@link #SMALLEST}; a multiple of 4096
   * @throws IllegalArgumentException if the size is too small or no multiple of 4096
   * @throws UncheckedIOException if the image exists or cannot be written
   */
  public static SystemDisk create(Path image, long sizeBytes) {
    SystemDisk disk = planned(image, sizeBytes, Filesystem.BTRFS);
    try {
      disk.makeSparseFile();
      Path building =
          Files.createDirectory(image.resolveSibling(image.getFileName() + ".building"));
      EmptySystem.make(disk.plan(), EfiArchitecture.X86_64, building);
      Files.delete(building);
      return disk;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make the disk " + image, e);
    }
  }

  /**
   * Makes a disk of another filesystem, with empty directories where a btrfs has its subvolumes.
   *
   * @param image as for {@link #create(Path, long)}, as is the size
   * @param filesystem if it is btrfs, the disk is that of {@link #create(Path, long)}
   */
  public static SystemDisk create(Path image, long sizeBytes, Filesystem filesystem) {
    if (filesystem.isBtrfs()) {
      return create(image, sizeBytes);
    }
    SystemDisk disk = planned(image, sizeBytes, filesystem);
    Path building = image.resolveSibling(image.getFileName() + ".building");
    try {
      disk.makeSparseFile();
      try (LoopDevice loop = disk.attachSystem()) {
        filesystem.make(loop.device(), disk.filesystemUuid());
        try (Mount mount =
            Mount.of(filesystem, loop.device(), building, filesystem.mountOptions())) {
          for (String directory : DIRECTORIES) {
            Files.createDirectory(mount.directory().resolve(directory));
          }
        }
      }
      Files.delete(building);
      return disk;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make the disk " + image, e);
    }
  }

  /**
   * A disk that {@link #create} made at another time.
   *
   * @param image the file
   * @param sizeBytes the size it was made with
   * @param filesystemUuid the UUID of its btrfs
   * @throws IllegalArgumentException if no disk is of that size
   */
  public static SystemDisk existing(Path image, long sizeBytes, UUID filesystemUuid) {
    return existing(image, sizeBytes, filesystemUuid, Filesystem.BTRFS);
  }

  /**
   * A disk that {@link #create(Path, long, Filesystem)} made at another time.
   *
   * @throws IllegalArgumentException if no disk is of that size
   */
  public static SystemDisk existing(
      Path image, long sizeBytes, UUID filesystemUuid, Filesystem filesystem) {
    SystemDisk planned = planned(image, sizeBytes, filesystem);
    return new SystemDisk(
        image,
        sizeBytes,
        planned.espOffset,
        planned.espSize,
        planned.systemOffset,
        planned.systemSize,
        planned.marksOffset,
        filesystemUuid,
        filesystem);
  }

  private static SystemDisk planned(Path image, long sizeBytes, Filesystem filesystem) {
    if (sizeBytes < SMALLEST) {
      throw new IllegalArgumentException(
          "%s: a disk of %d bytes is too small; boot loader, btrfs and marks need %d"
              .formatted(image, sizeBytes, SMALLEST));
    }
    if (sizeBytes % 4096 != 0) {
      throw new IllegalArgumentException(
          "%s: a disk of %d bytes is no whole number of blocks of 4096"
              .formatted(image, sizeBytes));
    }
    long systemOffset = ESP_OFFSET + ESP_SIZE;
    long systemSize = (sizeBytes - TAIL - systemOffset) / MIB * MIB;
    return new SystemDisk(
        image,
        sizeBytes,
        ESP_OFFSET,
        ESP_SIZE,
        systemOffset,
        systemSize,
        systemOffset + systemSize,
        UUID.randomUUID(),
        filesystem);
  }

  private void makeSparseFile() throws IOException {
    try (SeekableByteChannel file =
        Files.newByteChannel(image, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      file.position(sizeBytes - 1);
      int _ = file.write(ByteBuffer.allocate(1));
    }
  }

  private PartitionPlan plan() {
    return new PartitionPlan(
        image,
        SECTOR_BYTES,
        new DiskRange(espOffset, espSize),
        new DiskRange(systemOffset, systemSize),
        filesystemUuid);
  }

  /** A disk of the same geometry in another file: a copy, an export. */
  public SystemDisk at(Path otherImage) {
    return new SystemDisk(
        otherImage,
        sizeBytes,
        espOffset,
        espSize,
        systemOffset,
        systemSize,
        marksOffset,
        filesystemUuid,
        filesystem);
  }

  /**
   * What the boot loader has saved on the EFI system partition: its environment block, grubenv,
   * without the padding. Nobody mounts anything for it.
   *
   * @throws io.github.containersnap.command.CommandFailedException if there is none
   */
  public String bootLoaderEnvironment() {
    return ExternalCommand.of("mtype", "-i", image + "@@" + espOffset, "::/EFI/BOOT/grubenv")
        .withEnvironment("MTOOLS_SKIP_CHECK", "1")
        .run()
        .text()
        .replaceAll("#+$", "");
  }

  /** The filesystem of this disk as a block device. */
  public LoopDevice attachSystem() {
    return LoopDevice.attach(image, systemOffset, systemSize);
  }
}

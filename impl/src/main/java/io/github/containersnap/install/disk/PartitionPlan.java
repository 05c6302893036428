package io.github.containersnap.install.disk;

import java.nio.file.Path;
import java.util.UUID;

/**
 * Where on a disk the EFI system partition and the btrfs lie. All borders are whole mebibytes.
 *
 * @param disk the file or whole device
 * @param sectorBytes the size of its logical sectors, in which a GPT counts: 512 or 4096
 * @param esp the EFI system partition
 * @param system the btrfs
 * @param filesystem the UUID that the btrfs gets; the boot loader finds it by that
 */
public record PartitionPlan(
    Path disk, int sectorBytes, DiskRange esp, DiskRange system, UUID filesystem) {
  /** The label of the btrfs. */
  public static final String LABEL = "SYSTEM";

  /** The number of the EFI system partition in the GPT. */
  public static final int ESP_NUMBER = 1;

  private static final long MIB = 1 << 20;

  /** In front of the first partition: the GPT, and what aligns the rest. */
  private static final long HEAD = MIB;

  /** Behind the last partition: the second GPT, 33 sectors of 512 bytes or 5 of 4096. */
  private static final long TAIL = MIB;

  /**
   * mkfs.btrfs wants 109 MiB (DESIGN, fact 14); with less than this there is no room to work in.
   */
  public static final long SMALLEST_SYSTEM = 128 * MIB;

  /** The EFI system partition of a disk that has no room to waste: FAT16. */
  public static final long SMALL_ESP = 16 * MIB;

  /** The smallest that can be FAT32, which firmware expects on fixed disks, with any sectors. */
  private static final long FULL_ESP = 260 * MIB;

  private static final int USUAL_SECTOR = 512;
  private static final long SMALL_DISK = 4096 * MIB;

  /** The smallest disk on which {@link #of} has room for its parts, in bytes. */
  public static long smallestDisk(int sectorBytes) {
    return HEAD + espSize(0, sectorBytes) + SMALLEST_SYSTEM + TAIL;
  }

  /** FAT16 has 4085 clusters at least, which a small partition of large sectors has not. */
  private static long espSize(long diskBytes, int sectorBytes) {
    return diskBytes < SMALL_DISK && sectorBytes == USUAL_SECTOR ? SMALL_ESP : FULL_ESP;
  }

  /**
   * The parts of a disk that is to be used whole, with a new UUID.
   *
   * @param sizeBytes its size, at least {@link #smallestDisk}
   */
  public static PartitionPlan of(Path disk, long sizeBytes, int sectorBytes) {
    boolean small =
        sizeBytes < SMALL_DISK && sectorBytes == 512; // FAT16 has at least 4085 clusters
    DiskRange esp = new DiskRange(HEAD, small ? SMALL_ESP : FULL_ESP);
    long systemSize = (sizeBytes - TAIL - esp.end()) / MIB * MIB;
    if (systemSize < SMALLEST_SYSTEM) {
      throw new IllegalArgumentException(
          "%s: a disk of %d bytes is too small; its btrfs would have %d bytes, and needs %d"
              .formatted(disk, sizeBytes, systemSize, SMALLEST_SYSTEM));
    }
    return new PartitionPlan(
        disk, sectorBytes, esp, new DiskRange(esp.end(), systemSize), UUID.randomUUID());
  }

  /** The EFI system partition as a device. */
  public PartitionDevice attachEsp() {
    return PartitionDevice.attach(disk, esp, sectorBytes);
  }

  /** The btrfs as a device. */
  public PartitionDevice attachSystem() {
    return PartitionDevice.attach(disk, system, sectorBytes);
  }
}

package io.github.containersnap.loopback.btrfs.format;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The superblock copies of a partition, and who reads which.
 *
 * <p>The kernel and {@code btrfs check} take the primary one and refuse the filesystem if it is
 * bad. GRUB (2.06, {@code grub-core/fs/btrfs.c}, {@code read_sblock}) starts from the primary, then
 * looks at the copies in turn until one lies beyond the device's size or lacks the magic number,
 * and prefers each one whose generation is strictly greater than that of its choice so far. It
 * proves no checksum. So a copy matters beyond its own bytes only if it is newer than the primary:
 * the crash fell between the writes of the two. An older copy leads to blocks that may well have
 * been reused.
 */
public final class SuperblockCopies {
  @SuppressWarnings("ArrayRecordComponent") // raw bytes, never compared
  private record Copy(long position, byte[] bytes) {}

  private static final int GRUB_SECTOR_BITS = 9;

  private final Partition partition;
  private final List<Copy> copies = new ArrayList<>();
  private final Superblock primary;
  private @Nullable Superblock newer;

  private SuperblockCopies(Partition partition, Crc32c crc) {
    this.partition = partition;
    for (long position : Superblock.POSITIONS) {
      if (partition.contains(position, Superblock.BYTES)) {
        byte[] bytes = new byte[Superblock.BYTES];
        partition.read(position, bytes, bytes.length);
        copies.add(new Copy(position, bytes));
      }
    }
    if (copies.isEmpty()) {
      throw partition.malformed(
          0, "a partition of %d bytes has no room for a superblock".formatted(partition.size()));
    }
    Copy first = copies.getFirst();
    try {
      primary = Superblock.parse(first.bytes, first.position, partition, crc);
    } catch (StructureException e) {
      throw partition.malformed(first.position, "primary superblock: " + e.what());
    }
  }

  /**
   * Reads them.
   *
   * @throws MalformedFilesystemException if the kernel would refuse the primary one
   */
  public static SuperblockCopies read(Partition partition, Crc32c crc, Corruptions corruptions) {
    SuperblockCopies all = new SuperblockCopies(partition, crc);
    all.judgeMirrors(crc, corruptions);
    return all;
  }

  private void judgeMirrors(Crc32c crc, Corruptions corruptions) {
    boolean grubLooks = true;
    long chosen = primary.generation();
    long deviceBytes = primary.deviceBytes();
    for (Copy copy : copies.subList(1, copies.size())) {
      grubLooks &=
          deviceBytes >>> GRUB_SECTOR_BITS > copy.position >>> GRUB_SECTOR_BITS
              && Superblock.hasMagic(copy.bytes);
      long generation = Superblock.claimedGeneration(copy.bytes);
      boolean grubTakes = grubLooks && Long.compareUnsigned(generation, chosen) > 0;
      chosen = grubTakes ? generation : chosen;
      deviceBytes = Superblock.claimedDeviceBytes(copy.bytes); // GRUB goes by the last one it read
      judge(copy, grubTakes, crc, corruptions);
    }
  }

  private void judge(Copy copy, boolean grubTakes, Crc32c crc, Corruptions corruptions) {
    try {
      Superblock mirror = Superblock.parse(copy.bytes, copy.position, partition, crc);
      newer = grubTakes ? mirror : newer;
    } catch (StructureException e) {
      long imageOffset = partition.imageOffset(copy.position);
      String what = "superblock copy: " + e.what();
      if (grubTakes) {
        corruptions.addToTree(-1, imageOffset, what + "; GRUB takes it all the same");
      } else if (copy.position + Superblock.BYTES <= primary.deviceBytes()) {
        corruptions.add(-1, imageOffset, what);
      }
    }
  }

  /** The copy that the kernel mounts by. */
  public Superblock primary() {
    return primary;
  }

  /** The copy that GRUB prefers to the primary one, if there is one and it is sound. */
  public @Nullable Superblock newer() {
    return newer;
  }

  /** Where the copies lie, in bytes from the beginning of the partition. */
  public List<Long> positions() {
    return copies.stream().map(Copy::position).toList();
  }

  /** Adds all copies to a fingerprint. */
  public void addTo(Sha256Value.Accumulator fingerprint) {
    fingerprint.section("superblocks").add(copies.size());
    copies.forEach(copy -> fingerprint.add(copy.position).add(copy.bytes, copy.bytes.length));
  }
}

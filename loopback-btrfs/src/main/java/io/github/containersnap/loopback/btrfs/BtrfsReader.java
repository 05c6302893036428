package io.github.containersnap.loopback.btrfs;

import io.github.containersnap.loopback.btrfs.format.Corruptions;
import io.github.containersnap.loopback.btrfs.format.Crc32c;
import io.github.containersnap.loopback.btrfs.format.ImageRange;
import io.github.containersnap.loopback.btrfs.format.MalformedFilesystemException;
import io.github.containersnap.loopback.btrfs.format.NodeCache;
import io.github.containersnap.loopback.btrfs.format.Partition;
import io.github.containersnap.loopback.btrfs.format.Superblock;
import io.github.containersnap.loopback.btrfs.format.SuperblockCopies;
import io.github.containersnap.loopback.btrfs.format.UnsupportedFilesystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads an unmounted btrfs in an image and says what it refers to.
 *
 * <p>Reachable are all superblock copies in the partition, and from the primary one: the chunk
 * tree, the tree of trees, each tree in it (of a tree half deleted, the half that is left), the log
 * trees, every data extent that a file in any of them names, in its whole length, and every copy of
 * all these. From a superblock copy that GRUB would prefer (the newest, if it is newer than the
 * primary), the same without its logs, which GRUB ignores.
 *
 * <p>A broken tree node or a torn superblock copy may lead a reader anywhere: GRUB verifies no
 * checksums. On such a disk <em>every</em> block counts as reachable, and the fingerprint covers
 * the whole partition. Broken data leads nowhere and has no such effect, except an extent that lies
 * in no chunk.
 *
 * <p>Not for use by several threads at once.
 */
public final class BtrfsReader implements AutoCloseable {
  private final Partition partition;
  private final Crc32c crc = new Crc32c();
  private @Nullable Caches caches;

  /** What is known of a filesystem with this node size, sector size and id. */
  private record Caches(Superblock madeFor, NodeCache nodes, DataCache data) {
    boolean fit(Superblock superblock) {
      return madeFor.nodeBytes() == superblock.nodeBytes()
          && madeFor.sectorBytes() == superblock.sectorBytes()
          && madeFor.metadataUuid().equals(superblock.metadataUuid());
    }

    /** Forgets what no walk came upon, once there is much of it. */
    void keepMostly(List<Walked> walks) {
      Set<Long> nodePositions = new HashSet<>();
      Set<Long> dataPositions = new HashSet<>();
      for (Walked walk : walks) {
        walk.trees.copies().forEach(copy -> nodePositions.add(copy.position()));
        walk.data.copies().forEach(copy -> dataPositions.add(copy.position()));
      }
      nodes.keepMostly(nodePositions);
      data.keepMostly(dataPositions);
    }
  }

  private BtrfsReader(Partition partition) {
    this.partition = partition;
  }

  /**
   * A reader of the btrfs that starts at byte {@code offset} of the image and is {@code size} bytes
   * long. Nothing of the filesystem is looked at before {@link #walk}.
   *
   * @throws MalformedFilesystemException if the image is shorter than that
   * @throws UnsupportedFilesystemException if the image is larger than 8 TiB
   * @throws java.io.UncheckedIOException if the image cannot be opened
   */
  public static BtrfsReader open(Path image, long offset, long size) {
    return new BtrfsReader(Partition.open(image, offset, size));
  }

  /**
   * Where in an image the superblock copies of a partition lie, the one the kernel mounts by first.
   * Each is 4,096 bytes long.
   *
   * @param offset where the partition begins
   * @param size how long it is
   */
  public static List<Long> superblocks(long offset, long size) {
    return Superblock.POSITIONS.stream()
        .filter(position -> position <= size - Superblock.BYTES)
        .map(position -> offset + position)
        .toList();
  }

  /**
   * Tells the reader that bytes of the image were written since the last walk. Each such write must
   * be told before the next walk, or that walk may see what was there before.
   *
   * @param imageOffset counted from the start of the image, not of the partition
   * @param length in bytes
   */
  public void written(long imageOffset, long length) {
    ImageRange.requireValid(imageOffset, length);
    if (caches != null && length > 0) {
      long position = imageOffset - partition.imageOffset(0);
      caches.nodes.written(position, length);
      caches.data.written(position, length);
    }
  }

  /**
   * Whether there is a superblock copy newer than the primary one, by which the kernel mounts; GRUB
   * goes by the newest. Reads nothing but the superblocks; false if the kernel would refuse the
   * primary one.
   */
  public boolean hasNewerCopy() {
    try {
      return SuperblockCopies.read(partition, crc, new Corruptions()).newer() != null;
    } catch (MalformedFilesystemException unreadable) {
      return false;
    }
  }

  /**
   * Walks everything that is reachable now. Blocks that were read before and not written since are
   * not read again.
   *
   * @throws MalformedFilesystemException if the kernel would refuse the primary superblock, or if
   *     the chunks it leads to are impossible
   * @throws UnsupportedFilesystemException if there is more than one device, a RAID profile other
   *     than SINGLE and DUP, a checksum other than crc32c, or an unknown incompatible feature
   * @throws java.io.UncheckedIOException if the image cannot be read
   */
  public FilesystemView walk() {
    Corruptions corruptions = new Corruptions();
    SuperblockCopies superblocks = SuperblockCopies.read(partition, crc, corruptions);
    Superblock primary = superblocks.primary();
    Walked walked = walk(primary, true, corruptions);
    List<Walked> all = new ArrayList<>(List.of(walked));
    if (superblocks.newer() != null) {
      walkNewer(superblocks.newer(), corruptions).ifPresent(all::add);
    }
    Coverage coverage = new Coverage(partition, superblocks);
    all.forEach(each -> coverage.add(each.trees, each.data, each.superblock.nodeBytes()));
    if (corruptions.treesBroken()) {
      coverage.addEverything();
    }
    all.forEach(each -> each.caches.keepMostly(all));
    return new FilesystemView(
        primary.generation(),
        coverage.fingerprint(),
        coverage.blocks(),
        walked.subvolumes(),
        corruptions.asList(),
        primary.hasLogTree(),
        coverage.treeNodes(),
        walked.data.bytes(),
        new WalkedData(walked.data));
  }

  /**
   * What every block belongs to now, as far as the kernel's superblock leads to it.
   *
   * @throws MalformedFilesystemException as {@link #walk} does
   * @throws UnsupportedFilesystemException as {@link #walk} does
   */
  public BlockOwners owners() {
    Corruptions corruptions = new Corruptions();
    Superblock primary = SuperblockCopies.read(partition, crc, corruptions).primary();
    Walked walked = walk(primary, true, corruptions);
    return new BlockOwners(partition, walked.trees, walked.data, primary.nodeBytes());
  }

  /** What one superblock leads to. */
  private record Walked(Superblock superblock, Caches caches, TreeWalk trees, DataExtents data) {
    SortedMap<Long, SubvolumeView> subvolumes() {
      SubvolumeFingerprints fingerprints = new SubvolumeFingerprints(trees, data);
      SortedMap<Long, SubvolumeView> views = new TreeMap<>();
      trees.subvolumes().forEach(root -> views.put(root.key().objectId(), fingerprints.view(root)));
      return views;
    }
  }

  private Walked walk(Superblock superblock, boolean logs, Corruptions corruptions) {
    Caches fitting = cachesFor(superblock);
    TreeWalk trees = new TreeWalk(partition, superblock, fitting.nodes, corruptions);
    trees.run(logs);
    DataExtents data = DataExtents.of(trees, partition, superblock, fitting.data, corruptions);
    return new Walked(superblock, fitting, trees, data);
  }

  /** The kernel does not look there, so what makes no sense is no reason to give up. */
  private Optional<Walked> walkNewer(Superblock superblock, Corruptions corruptions) {
    try {
      return Optional.of(walk(superblock, false, corruptions));
    } catch (MalformedFilesystemException e) {
      corruptions.addToTree(-1, e.imageOffset(), e.what());
      return Optional.empty();
    }
  }

  private Caches cachesFor(Superblock superblock) {
    Caches known = caches;
    if (known == null || !known.fit(superblock)) {
      known =
          new Caches(
              superblock,
              new NodeCache(partition, superblock),
              new DataCache(partition, superblock));
      caches = known;
    }
    return known;
  }

  /** Lets go of the image. */
  @Override
  public void close() {
    partition.close();
  }
}

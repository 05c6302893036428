package io.github.containersnap.loopback.btrfs.format;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where logical addresses lie in the partition. Chunks never overlap, neither in logical addresses
 * nor on the device, so what is reachable is never more than the partition holds.
 */
public final class ChunkMap {
  /** A range on the device that a chunk owns. */
  private record Owned(long start, long end, Chunk chunk) {}

  private final Partition partition;
  private final Superblock superblock;
  private final TreeMap<Long, Chunk> chunks = new TreeMap<>();

  /** A map without chunks. */
  public ChunkMap(Partition partition, Superblock superblock) {
    this.partition = partition;
    this.superblock = superblock;
  }

  /**
   * Takes chunks in and proves the map as a whole; a chunk that is there already may come again.
   *
   * @throws MalformedFilesystemException if a chunk is impossible or contradicts another
   * @throws UnsupportedFilesystemException if a chunk has a RAID profile
   */
  public void addAll(List<Chunk> more) {
    for (Chunk chunk : more) {
      requirePossible(chunk);
      Chunk previous = chunks.putIfAbsent(chunk.logical(), chunk);
      if (previous != null && !previous.equals(chunk)) {
        throw malformed("%s contradicts %s".formatted(chunk, previous));
      }
    }
    requireNoOverlap(
        chunks.values().stream()
            .map(chunk -> new Owned(chunk.logical(), chunk.logical() + chunk.length(), chunk))
            .toList(),
        "logical addresses");
    List<Owned> onDevice = new ArrayList<>();
    for (Chunk chunk : chunks.values()) {
      for (Chunk.Stripe stripe : chunk.stripes()) {
        onDevice.add(new Owned(stripe.position(), stripe.position() + chunk.length(), chunk));
      }
    }
    requireNoOverlap(onDevice, "device space");
  }

  private void requirePossible(Chunk chunk) {
    if (!chunk.isWholeCopies()) {
      throw partition.unsupported(
          "chunk type 0x%x in %d stripes".formatted(chunk.type(), chunk.stripes().size()));
    }
    int sector = superblock.sectorBytes();
    if (chunk.logical() < 0
        || chunk.length() <= 0
        || chunk.logical() > Long.MAX_VALUE - chunk.length()
        || chunk.logical() % sector != 0
        || chunk.length() % sector != 0) {
      throw malformed("%s has an impossible range".formatted(chunk));
    }
    for (Chunk.Stripe stripe : chunk.stripes()) {
      if (stripe.device() != superblock.deviceId()) {
        throw malformed(
            "%s lies on another device than %d".formatted(chunk, superblock.deviceId()));
      }
      if (stripe.position() % sector != 0
          || !partition.contains(stripe.position(), chunk.length())) {
        throw malformed(
            "%s reaches outside the partition of %d bytes".formatted(chunk, partition.size()));
      }
    }
  }

  private void requireNoOverlap(List<Owned> ranges, String what) {
    List<Owned> sorted = new ArrayList<>(ranges);
    sorted.sort(Comparator.comparingLong(Owned::start));
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).start() < sorted.get(i - 1).end()) {
        throw malformed(
            "%s and %s share %s".formatted(sorted.get(i - 1).chunk(), sorted.get(i).chunk(), what));
      }
    }
  }

  private MalformedFilesystemException malformed(String what) {
    return partition.malformed(superblock.position(), what);
  }

  /**
   * The position of each copy of a logical range.
   *
   * @return empty if no single chunk maps all of it
   */
  public long[] positions(long logical, long length) {
    Map.Entry<Long, Chunk> entry = logical < 0 ? null : chunks.floorEntry(logical);
    if (entry == null) {
      return new long[0];
    }
    Chunk chunk = entry.getValue();
    long within = logical - chunk.logical();
    if (within > chunk.length() - length) {
      return new long[0];
    }
    return chunk.stripes().stream().mapToLong(stripe -> stripe.position() + within).toArray();
  }
}

package io.github.containersnap.loopback.btrfs;

import io.github.containersnap.loopback.btrfs.format.Crc32c;
import io.github.containersnap.loopback.btrfs.format.Partition;
import io.github.containersnap.loopback.btrfs.format.Sha256Value;
import io.github.containersnap.loopback.btrfs.format.StoredData;
import io.github.containersnap.loopback.btrfs.format.Superblock;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The data extents read so far, by position, as long as nothing has written there. For each it
 * keeps a strong hash and the checksum of each sector, so that neither a fingerprint nor a change
 * of the checksum tree needs the bytes again.
 */
final class DataCache {
  private static final int BUFFER_BYTES = 1 << 20;

  private final Partition partition;
  private final int sectorBytes;
  private final Crc32c crc = new Crc32c();
  private final Sha256Value.Accumulator sha256 = new Sha256Value.Accumulator();
  private final byte[] buffer = new byte[BUFFER_BYTES];

  /** Never overlap, so what a write touches is one run of neighbours. */
  private final TreeMap<Long, StoredData> extents = new TreeMap<>();

  DataCache(Partition partition, Superblock superblock) {
    this.partition = partition;
    this.sectorBytes = superblock.sectorBytes();
  }

  /** The data at a position; {@code length} is a whole number of sectors. */
  StoredData at(long position, long length) {
    StoredData known = extents.get(position);
    if (known == null || known.length() != length) {
      known = read(position, length);
      written(position, length);
      extents.put(position, known);
    }
    return known;
  }

  private StoredData read(long position, long length) {
    int[] checksums = new int[Math.toIntExact(length / sectorBytes)];
    int sector = 0;
    for (long done = 0; done < length; done += buffer.length) {
      int part = (int) Math.min(buffer.length, length - done);
      partition.read(position + done, buffer, part);
      sha256.add(buffer, part);
      for (int at = 0; at < part; at += sectorBytes) {
        checksums[sector++] = crc.of(buffer, at, sectorBytes);
      }
    }
    return new StoredData(position, length, sha256.result(), checksums);
  }

  /** Forgets what overlaps the range. */
  void written(long position, long length) {
    Map.Entry<Long, StoredData> before = extents.lowerEntry(position);
    if (before != null && before.getValue().end() > position) {
      extents.remove(before.getKey());
    }
    extents.subMap(position, position + length).clear();
  }

  /** Forgets everything else once it is the larger part. */
  void keepMostly(Set<Long> positions) {
    int slack = 1024;
    if (extents.size() > 2L * positions.size() + slack) {
      extents.keySet().retainAll(positions);
    }
  }
}

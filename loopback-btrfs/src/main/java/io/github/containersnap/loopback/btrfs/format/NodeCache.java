package io.github.containersnap.loopback.btrfs.format;

import java.nio.ByteBuffer;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The tree nodes read so far, by position, as long as nothing has written there. */
public final class NodeCache {
  private final Partition partition;
  private final Superblock superblock;
  private final Crc32c crc = new Crc32c();
  private final Sha256Value.Accumulator sha256 = new Sha256Value.Accumulator();
  private final TreeMap<Long, StoredNode> nodes = new TreeMap<>();
  private final byte[] block;

  /** A cache for nodes of the kind that {@code superblock} describes. */
  public NodeCache(Partition partition, Superblock superblock) {
    this.partition = partition;
    this.superblock = superblock;
    this.block = new byte[superblock.nodeBytes()];
  }

  /**
   * The node at a position.
   *
   * @param otherCopy another copy of it, if there is one: equal copies share what was parsed
   */
  public StoredNode at(long position, @Nullable StoredNode otherCopy) {
    StoredNode known = nodes.get(position);
    if (known == null) {
      known = read(position, otherCopy);
      nodes.put(position, known);
    }
    return known;
  }

  private StoredNode read(long position, @Nullable StoredNode otherCopy) {
    partition.read(position, block, block.length);
    Sha256Value sha = sha256.add(block, block.length).result();
    if (otherCopy != null && otherCopy.sha256().equals(sha)) {
      return new StoredNode(position, otherCopy.sha256(), otherCopy.node(), otherCopy.fault());
    }
    ByteBuffer bytes = Superblock.littleEndian(block);
    int found = crc.of(block, Crc32c.FIELD_BYTES, block.length - Crc32c.FIELD_BYTES);
    if (bytes.getInt(0) != found) {
      return new StoredNode(position, sha, null, Crc32c.mismatch(bytes.getInt(0), found));
    }
    try {
      return new StoredNode(position, sha, TreeNode.parse(bytes, superblock), null);
    } catch (StructureException e) {
      return new StoredNode(position, sha, null, e.what());
    }
  }

  /** Forgets what overlaps the range. */
  public void written(long position, long length) {
    nodes.subMap(position - block.length + 1, position + length).clear();
  }

  /**
   * Forgets everything else once it is the larger part: a long replay would otherwise keep every
   * node that ever was.
   */
  public void keepMostly(Set<Long> positions) {
    int slack = 1024;
    if (nodes.size() > 2L * positions.size() + slack) {
      nodes.keySet().retainAll(positions);
    }
  }
}

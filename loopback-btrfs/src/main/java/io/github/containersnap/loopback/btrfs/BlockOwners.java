package io.github.containersnap.loopback.btrfs;

import io.github.containersnap.loopback.btrfs.format.ImageRange;
import io.github.containersnap.loopback.btrfs.format.NodePointer;
import io.github.containersnap.loopback.btrfs.format.Partition;
import io.github.containersnap.loopback.btrfs.format.Superblock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Which block of an image belongs to what, as one walk found it. */
public final class BlockOwners {
  /** Owned ranges by their first byte in the image; they do not overlap. */
  private final NavigableMap<Long, Owned> ranges = new TreeMap<>();

  private record Owned(long end, BlockOwner owner) {}

  /**
   * A part of a range and what it belongs to.
   *
   * @param offset its first byte in the image
   * @param length in bytes
   */
  public record Part(long offset, long length, BlockOwner owner) {}

  BlockOwners(Partition partition, TreeWalk trees, DataExtents data, int nodeBytes) {
    for (int copy = 0; copy < Superblock.POSITIONS.size(); copy++) {
      long position = Superblock.POSITIONS.get(copy);
      if (partition.contains(position, Superblock.BYTES)) {
        add(partition, position, Superblock.BYTES, new BlockOwner.Superblock(copy));
      }
    }
    for (TreeWalk.Visit visit : trees.visits()) {
      NodePointer pointer = visit.first();
      BlockOwner owner =
          new BlockOwner.Node(pointer.tree().id(), pointer.tree().log(), pointer.level());
      visit.copies().forEach(copy -> add(partition, copy.position(), nodeBytes, owner));
    }
    for (DataExtents.Piece piece : data.pieces()) {
      BlockOwner owner = new BlockOwner.Data(piece.tree().id(), piece.tree().log(), piece.inode());
      piece.copies().forEach(copy -> add(partition, copy.position(), copy.length(), owner));
    }
  }

  private void add(Partition partition, long position, long length, BlockOwner owner) {
    long start = partition.imageOffset(position);
    ranges.putIfAbsent(start, new Owned(start + length, owner));
  }

  /** The parts of a range of the image, in order; neighbours with one owner are one part. */
  public List<Part> of(long imageOffset, long length) {
    ImageRange.requireValid(imageOffset, length);
    List<Part> parts = new ArrayList<>();
    long end = imageOffset + length;
    for (long at = imageOffset; at < end; ) {
      Map.Entry<Long, Owned> before = ranges.floorEntry(at);
      if (before != null && before.getValue().end() > at) {
        long until = Math.min(end, before.getValue().end());
        append(parts, at, until, before.getValue().owner());
        at = until;
      } else {
        Long next = ranges.higherKey(at);
        long until = next == null ? end : Math.min(end, next);
        append(parts, at, until, new BlockOwner.Nothing());
        at = until;
      }
    }
    return parts;
  }

  /** Everything that owns a block, in the order of the image, with its first byte in the image. */
  public Map<BlockOwner, Long> firstBlocks() {
    Map<BlockOwner, Long> first = new LinkedHashMap<>();
    ranges.forEach((offset, owned) -> first.putIfAbsent(owned.owner(), offset));
    return Collections.unmodifiableMap(first);
  }

  private static void append(List<Part> parts, long at, long until, BlockOwner owner) {
    if (!parts.isEmpty() && parts.getLast().owner().equals(owner)) {
      Part last = parts.removeLast();
      parts.add(new Part(last.offset(), last.length() + until - at, owner));
    } else {
      parts.add(new Part(at, until - at, owner));
    }
  }
}

package io.github.containersnap.loopback.btrfs;

import io.github.containersnap.loopback.btrfs.format.Corruptions;
import io.github.containersnap.loopback.btrfs.format.Crc32c;
import io.github.containersnap.loopback.btrfs.format.Partition;
import io.github.containersnap.loopback.btrfs.format.Sha256Value;
import io.github.containersnap.loopback.btrfs.format.StoredData;
import io.github.containersnap.loopback.btrfs.format.Superblock;
import io.github.containersnap.loopback.btrfs.format.TreeName;
import io.github.containersnap.loopback.btrfs.format.TreeNode;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The data that a walk found: disjoint pieces in the order of their logical addresses, each with
 * what its copies hold.
 */
final class DataExtents {
  /** An extent, or a part of a long one, or what is left of one that overlaps another. */
  record Piece(TreeName tree, long inode, long logical, long length, List<StoredData> copies) {
    long end() {
      return logical + length;
    }
  }

  /** The pieces of one extent that overlaps none before it. */
  private static final class Whole {
    private final long length;
    private final int firstPiece;
    private final int endPiece;
    private @Nullable Sha256Value sha256;

    Whole(long length, int firstPiece, int endPiece) {
      this.length = length;
      this.firstPiece = firstPiece;
      this.endPiece = endPiece;
    }
  }

  /** A small write into a long extent must not cost reading all of it again. */
  private static final long LONGEST_PIECE = 1 << 20;

  private static final Comparator<TreeWalk.PlacedExtent> BY_ADDRESS_LONGEST_FIRST =
      Comparator.<TreeWalk.PlacedExtent>comparingLong(placed -> placed.extent().logical())
          .thenComparingLong(placed -> -placed.extent().length());

  private final Partition partition;
  private final int sectorBytes;
  private final Corruptions corruptions;
  private final List<Piece> pieces = new ArrayList<>();

  private final Map<Long, Whole> whole = new HashMap<>();
  private Whole everything = new Whole(0, 0, 0);

  private final List<TreeNode.ChecksumRun> checksums = new ArrayList<>();

  /** Where the pieces begin of which a copy has not the checksum that it should have. */
  private final Set<Long> bad = new HashSet<>();

  /**
   * The sectors of each piece that have a checksum, by its index; once somebody asks for a name.
   */
  private @Nullable Map<Integer, BitSet> checksummed;

  private DataExtents(Partition partition, Superblock superblock, Corruptions corruptions) {
    this.partition = partition;
    this.sectorBytes = superblock.sectorBytes();
    this.corruptions = corruptions;
  }

  /** Reads what is not known yet and proves all of it. */
  static DataExtents of(
      TreeWalk walk,
      Partition partition,
      Superblock superblock,
      DataCache cache,
      Corruptions corruptions) {
    DataExtents data = new DataExtents(partition, superblock, corruptions);
    data.collect(walk, cache);
    data.everything = new Whole(0, 0, data.pieces.size());
    data.checksums.addAll(walk.checksums());
    data.checksums.forEach(data::verify);
    return data;
  }

  private void collect(TreeWalk walk, DataCache cache) {
    List<TreeWalk.PlacedExtent> sorted = new ArrayList<>(walk.extents());
    sorted.sort(BY_ADDRESS_LONGEST_FIRST);
    TreeNode.FileExtent last = new TreeNode.FileExtent(0, 0, 0);
    long end = 0;
    for (TreeWalk.PlacedExtent placed : sorted) {
      TreeNode.FileExtent extent = placed.extent();
      if (extent.logical() == last.logical() && extent.length() == last.length()) {
        continue; // shared by files or snapshots
      }
      last = extent;
      long[] positions = walk.chunks().positions(extent.logical(), extent.length());
      if (positions.length == 0) {
        // Parts of it may still be mapped, and read.
        corruptions.addToTree(extent.logical(), -1, "%s lies in no chunk".formatted(named(placed)));
        continue;
      }
      if (extent.logical() < end) {
        corruptions.add(
            extent.logical(), -1, "%s overlaps the extent before it".formatted(named(placed)));
      }
      long known = Math.clamp(end - extent.logical(), 0, extent.length());
      add(placed, known, positions, cache);
      end = Math.max(end, extent.logical() + extent.length());
    }
  }

  /** Adds what of an extent lies behind its first {@code known} bytes. */
  private void add(TreeWalk.PlacedExtent placed, long known, long[] positions, DataCache cache) {
    TreeNode.FileExtent extent = placed.extent();
    int first = pieces.size();
    for (long done = known; done < extent.length(); done += LONGEST_PIECE) {
      long part = Math.min(LONGEST_PIECE, extent.length() - done);
      List<StoredData> copies = new ArrayList<>(positions.length);
      for (long position : positions) {
        copies.add(cache.at(position + done, part));
      }
      pieces.add(new Piece(placed.tree(), extent.inode(), extent.logical() + done, part, copies));
    }
    if (known == 0) {
      whole.put(extent.logical(), new Whole(extent.length(), first, pieces.size()));
    }
  }

  private static String named(TreeWalk.PlacedExtent placed) {
    return "data of inode %d in %s, %d bytes"
        .formatted(placed.extent().inode(), placed.tree(), placed.extent().length());
  }

  private void verify(TreeNode.ChecksumRun run) {
    forEachPiece(
        run,
        index -> {
          Piece piece = pieces.get(index);
          for (StoredData copy : piece.copies()) {
            verify(run, piece, copy);
          }
        });
  }

  /** The indices of the pieces that a run has checksums of. */
  private void forEachPiece(TreeNode.ChecksumRun run, IntConsumer work) {
    for (int i = firstEndingAfter(run.logical());
        i < pieces.size() && pieces.get(i).logical() < end(run);
        i++) {
      work.accept(i);
    }
  }

  private long end(TreeNode.ChecksumRun run) {
    return run.logical() + (long) run.values().length * sectorBytes;
  }

  /** Compares the checksums that a run and one copy of a piece have in common. */
  private void verify(TreeNode.ChecksumRun run, Piece piece, StoredData copy) {
    long start = Math.max(run.logical(), piece.logical());
    int inRun = sectors(start - run.logical());
    int inPiece = sectors(start - piece.logical());
    int count = Math.min(run.values().length - inRun, copy.sectorChecksums().length - inPiece);
    int different = 0;
    int first = 0;
    for (int i = 0; i < count; i++) {
      if (run.values()[inRun + i] != copy.sectorChecksums()[inPiece + i]) {
        first = different == 0 ? i : first;
        different++;
      }
    }
    if (different > 0) {
      int wanted = run.values()[inRun + first];
      bad.add(piece.logical());
      report(piece, copy, inPiece + first, wanted, different);
    }
  }

  private void report(Piece piece, StoredData copy, int sector, int wanted, int bad) {
    boolean otherGood =
        piece.copies().stream().anyMatch(other -> other.sectorChecksums()[sector] == wanted);
    long within = (long) sector * sectorBytes;
    corruptions.add(
        piece.logical() + within,
        partition.imageOffset(copy.position() + within),
        "data of inode %d in %s: %s; %d sectors of the %d bytes at %d are bad (copy %d of %d, %s)"
            .formatted(
                piece.inode(),
                piece.tree(),
                Crc32c.mismatch(wanted, copy.sectorChecksums()[sector]),
                bad,
                piece.length(),
                piece.logical(),
                piece.copies().indexOf(copy) + 1,
                piece.copies().size(),
                otherGood ? "another copy is good" : "no copy is good"));
  }

  private int sectors(long bytes) {
    return Math.toIntExact(bytes / sectorBytes);
  }

  /** The index of the first piece that ends after an address. */
  private int firstEndingAfter(long logical) {
    int low = 0;
    int high = pieces.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (pieces.get(middle).end() > logical) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /**
   * Names what a range of logical addresses holds: ranges with equal names hold equal bytes, in any
   * walk of any disk.
   *
   * @return empty if a part of it was not walked, or has no checksum that every copy has
   */
  Optional<String> name(long logical, long length) {
    StringBuilder name = new StringBuilder();
    long end = logical + length;
    long at = logical;
    for (int i = firstEndingAfter(logical); at < end; i++) {
      if (i == pieces.size() || pieces.get(i).logical() > at || !isProven(i)) {
        return Optional.empty();
      }
      Piece piece = pieces.get(i);
      long until = Math.min(end, piece.end());
      piece.copies().forEach(copy -> name.append(copy.sha256()).append(' '));
      name.append(at - piece.logical()).append('+').append(until - at).append(' ');
      at = until;
    }
    return Optional.of(name.toString());
  }

  private boolean isProven(int index) {
    Piece piece = pieces.get(index);
    BitSet sectors = checksummed().get(index);
    return sectors != null
        && sectors.cardinality() == sectors(piece.length())
        && !bad.contains(piece.logical());
  }

  private Map<Integer, BitSet> checksummed() {
    if (checksummed == null) {
      Map<Integer, BitSet> found = new HashMap<>();
      for (TreeNode.ChecksumRun run : checksums) {
        forEachPiece(
            run,
            index -> {
              Piece piece = pieces.get(index);
              long start = Math.max(run.logical(), piece.logical());
              long end = Math.min(end(run), piece.end());
              found
                  .computeIfAbsent(index, _ -> new BitSet())
                  .set(sectors(start - piece.logical()), sectors(end - piece.logical()));
            });
      }
      checksummed = found;
    }
    return checksummed;
  }

  /** All of it. */
  List<Piece> pieces() {
    return pieces;
  }

  /** Every copy of every piece. */
  Stream<StoredData> copies() {
    return pieces.stream().flatMap(piece -> piece.copies().stream());
  }

  /**
   * Adds the bytes of an extent that a file refers to. An extent that overlaps others cannot come
   * from btrfs; it counts as referring to all data.
   */
  void addTo(Sha256Value.Accumulator all, TreeNode.FileExtent extent) {
    Whole found = whole.get(extent.logical());
    if (found == null || found.length != extent.length()) {
      found = everything;
    }
    if (found.sha256 == null) {
      found.sha256 = sha256Of(pieces.subList(found.firstPiece, found.endPiece));
    }
    all.add(found.sha256);
  }

  private static Sha256Value sha256Of(List<Piece> pieces) {
    Sha256Value.Accumulator all = new Sha256Value.Accumulator();
    for (Piece piece : pieces) {
      all.add(piece.logical()).add(piece.length());
      piece.copies().forEach(copy -> all.add(copy.sha256()));
    }
    return all.result();
  }

  /** How many bytes, each counted once. */
  long bytes() {
    return pieces.stream().mapToLong(Piece::length).sum();
  }
}

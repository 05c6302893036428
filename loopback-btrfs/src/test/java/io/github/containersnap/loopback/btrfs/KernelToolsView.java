package io.github.containersnap.loopback.btrfs;

import io.github.containersnap.loopback.btrfs.format.Superblock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code btrfs inspect-internal dump-tree} says of an image, as blocks of the image. */
final class KernelToolsView {
  private record Chunk(long length, List<Long> positions) {}

  private static final Pattern CHUNK = Pattern.compile("CHUNK_ITEM (\\d+)\\)");
  private static final Pattern LENGTH = Pattern.compile("^length (\\d+) owner");
  private static final Pattern STRIPE = Pattern.compile("^stripe \\d+ devid \\d+ offset (\\d+)");
  private static final Pattern NODE = Pattern.compile("^(?:leaf|node) (\\d+) (?:items|level)");
  private static final Pattern DATA =
      Pattern.compile("^(?:extent|prealloc) data disk byte (\\d+) nr (\\d+)");
  private static final Pattern ALLOCATED =
      Pattern.compile("^item \\d+ key \\((\\d+) (EXTENT|METADATA)_ITEM (\\d+)\\)");

  private final TreeMap<Long, Chunk> chunks = new TreeMap<>();

  /** Every node and data extent that some tree of the whole dump contains, and the superblocks. */
  private final BitSet referenced = new BitSet();

  /** Every extent that the extent tree lists, and the superblocks. */
  private final BitSet allocated = new BitSet();

  KernelToolsView(Path image) {
    int nodeBytes =
        Superblock.littleEndian(new ImageEditor(image).read(TestDisk.OFFSET + (64 << 10), 4096))
            .getInt(0x94);
    List<String> lines =
        TestDisk.inspect(image, "btrfs", "inspect-internal", "dump-tree").stream()
            .map(String::strip)
            .toList();
    readChunks(lines);
    for (String line : lines) {
      match(NODE, line, found -> mark(referenced, number(found, 1), nodeBytes));
      match(DATA, line, found -> mark(referenced, number(found, 1), number(found, 2)));
      match(
          ALLOCATED,
          line,
          found ->
              mark(
                  allocated,
                  number(found, 1),
                  found.group(2).equals("METADATA") ? nodeBytes : number(found, 3)));
    }
    for (BitSet blocks : List.of(referenced, allocated)) {
      ReachableBlocks.mark(blocks, TestDisk.OFFSET + (64 << 10), 4096);
      ReachableBlocks.mark(blocks, TestDisk.OFFSET + (64 << 20), 4096);
    }
  }

  private interface Found {
    void accept(Matcher matcher);
  }

  private static void match(Pattern pattern, String line, Found found) {
    Matcher matcher = pattern.matcher(line);
    if (matcher.find()) {
      found.accept(matcher);
    }
  }

  private static long number(Matcher matcher, int group) {
    return Long.parseLong(matcher.group(group));
  }

  /** A chunk item is its key, then its length, then its stripes. */
  private void readChunks(List<String> lines) {
    long[] logical = {0};
    List<Chunk> last = new ArrayList<>();
    for (String line : lines) {
      match(CHUNK, line, found -> logical[0] = number(found, 1));
      match(
          LENGTH,
          line,
          found -> {
            last.add(new Chunk(number(found, 1), new ArrayList<>()));
            chunks.put(logical[0], last.getLast());
          });
      match(STRIPE, line, found -> last.getLast().positions().add(number(found, 1)));
    }
  }

  private void mark(BitSet blocks, long logical, long length) {
    if (logical == 0) {
      return; // a hole
    }
    var entry = chunks.floorEntry(logical);
    for (long position : entry.getValue().positions()) {
      ReachableBlocks.mark(blocks, TestDisk.OFFSET + position + logical - entry.getKey(), length);
    }
  }

  ReachableBlocks referenced() {
    return new ReachableBlocks(referenced);
  }

  ReachableBlocks allocated() {
    return new ReachableBlocks(allocated);
  }
}

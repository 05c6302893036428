package io.github.containersnap.loopback.btrfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.loopback.btrfs.format.Corruptions;
import io.github.containersnap.loopback.btrfs.format.Crc32c;
import io.github.containersnap.loopback.btrfs.format.Key;
import io.github.containersnap.loopback.btrfs.format.MalformedFilesystemException;
import io.github.containersnap.loopback.btrfs.format.NodeCache;
import io.github.containersnap.loopback.btrfs.format.Partition;
import io.github.containersnap.loopback.btrfs.format.StoredNode;
import io.github.containersnap.loopback.btrfs.format.Superblock;
import io.github.containersnap.loopback.btrfs.format.SuperblockCopies;
import io.github.containersnap.loopback.btrfs.format.TreeNode;
import io.github.containersnap.loopback.btrfs.format.UnsupportedFilesystemException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reader against filesystems that the running kernel made. */
final class BtrfsReaderTest {
  private static final int BLOCK = ReachableBlocks.BLOCK_BYTES;
  private static final String LOGGED = "written, synced, and not committed ";

  @TempDir static Path shared;
  private static Path committed;
  private static Path withLog;
  private static Set<Long> inodesWithoutChecksums = Set.of();

  @TempDir Path directory;

  @BeforeAll
  static void make_a_filesystem_and_crash_it() throws IOException {
    Path images = Files.createDirectories(shared.resolve("images"));
    try (TestDisk disk = TestDisk.make(images)) {
      disk.fillWithEverything();
      inodesWithoutChecksums = Set.of(disk.inode("nocow"), disk.inode("preallocated"));
      committed = disk.copy("committed.img");
      disk.write("logged", LOGGED.repeat(4000).getBytes(UTF_8));
      disk.run("sync", disk.path("logged"));
      disk.run(
          "dd",
          "if=/dev/urandom",
          "of=" + disk.path("preallocated"),
          "bs=4k",
          "count=3",
          "seek=10",
          "conv=notrunc,fsync");
      withLog = disk.copy("with-log.img");
    }
  }

  private Path scratch(Path image) throws IOException {
    Path copy = directory.resolve("scratch.img");
    ExternalCommand.of("cp", "--sparse=always", image, copy).run();
    return copy;
  }

  @Test
  void a_sound_filesystem_has_no_corruption_and_btrfs_check_agrees() {
    FilesystemView view = TestDisk.freshView(committed);
    assertThat(view.corruptions()).isEmpty();
    assertThat(view.hasLogTree()).isFalse();
    assertThat(view.subvolumes().keySet()).containsExactly(5L, 256L, 257L);
    assertThat(view.dataBytes()).isGreaterThan(9_000_000);
    assertThat(TestDisk.inspect(committed, "btrfs", "check", "--readonly", "--check-data-csum"))
        .isNotNull();
  }

  @Test
  void reachable_is_what_the_extent_tree_lists_and_the_superblocks() {
    FilesystemView view = TestDisk.freshView(committed);
    KernelToolsView kernel = new KernelToolsView(committed);
    assertThat(view.reachable()).isEqualTo(kernel.allocated());
    assertThat(view.reachable()).isEqualTo(kernel.referenced());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--mixed --nodesize 4096",
        "--nodesize 65536",
        "--nodesize 4096",
        "--metadata single",
        "-R quota",
        "-R ^free-space-tree",
        "-O ^skinny-metadata,^no-holes"
      })
  void every_format_of_mkfs_is_read(String mkfsOptions) {
    Path image;
    try (TestDisk disk = TestDisk.make(directory, (Object[]) mkfsOptions.split(" ", -1))) {
      disk.fillWithEverything();
      disk.unmount();
      image = disk.copy("unmounted.img");
    }
    FilesystemView view = TestDisk.freshView(image);
    KernelToolsView kernel = new KernelToolsView(image);
    assertThat(view.corruptions()).isEmpty();
    assertThat(view.reachable()).isEqualTo(kernel.allocated());
    assertThat(view.reachable()).isEqualTo(kernel.referenced());
  }

  /**
   * The kernel deletes a subvolume from left to right and notes how far it came. What lies to the
   * left of that is free, and may hold anything.
   */
  @Test
  void what_an_interrupted_deletion_has_freed_is_not_reachable() throws IOException {
    try (TestDisk disk = TestDisk.make(directory)) {
      disk.run("btrfs", "-q", "subvolume", "create", disk.path("doomed"));
      for (int i = 0; i < 300; i++) {
        disk.write("doomed/inline-" + i, "small file ".repeat(60).getBytes(UTF_8));
      }
      disk.sync();
      disk.copy("whole.img");
    }
    Path image = directory.resolve("whole.img");
    TreeWalk walk = treeWalk(image);
    TreeNode.RootItem doomed =
        walk.subvolumes().stream()
            .filter(root -> root.key().objectId() == 256)
            .findFirst()
            .orElseThrow();
    assertThat(doomed.level()).as("level of the doomed tree").isEqualTo(1);
    List<TreeNode.Child> leaves = children(walk, doomed);
    Key progress = leaves.get(3).key();

    for (long position : positionsOfRootItems(walk)) {
      new ImageEditor(image)
          .rewrite(position, 16384, node -> markPartlyDropped(node, doomed, progress));
    }
    for (TreeNode.Child freed : leaves.subList(0, 3)) {
      for (StoredNode copy : copies(walk, freed.logical())) {
        new ImageEditor(image).flip(TestDisk.OFFSET + copy.position() + 99);
      }
    }

    FilesystemView view = TestDisk.freshView(image);
    assertThat(view.corruptions()).isEmpty();
    assertThat(view.subvolumes().keySet()).containsExactly(5L);
    for (int i = 0; i < leaves.size(); i++) {
      for (StoredNode copy : copies(walk, leaves.get(i).logical())) {
        assertThat(view.reachable().intersects(TestDisk.OFFSET + copy.position(), 16384))
            .as("leaf %d is reachable", i)
            .isEqualTo(i >= 3);
      }
    }
  }

  @Test
  void an_absurdly_long_extent_hides_no_other_data() throws IOException {
    Path image = scratch(committed);
    editFirstExtent(image, (node, item) -> node.putLong(item + 29, 1L << 61));
    FilesystemView view = TestDisk.freshView(image);
    assertThat(view.corruptions())
        .anySatisfy(corruption -> assertThat(corruption.what()).endsWith("bytes lies in no chunk"));
    assertThat(view.reachable().bytes()).isEqualTo(TestDisk.SIZE);
  }

  @Test
  void overlapping_extents_are_told_and_their_bytes_covered() throws IOException {
    Path image = scratch(committed);
    editFirstExtent(image, (node, item) -> node.putLong(item + 29, 5_000_000 / 4096 * 4096L));
    FilesystemView view = TestDisk.freshView(image);
    assertThat(view.corruptions())
        .anySatisfy(
            corruption -> assertThat(corruption.what()).endsWith("overlaps the extent before it"));
    assertThat(blocks(view.reachable()))
        .containsAll(blocks(TestDisk.freshView(committed).reachable()));
  }

  private interface ItemEdit {
    void accept(ByteBuffer node, int item);
  }

  /** Edits the file extent with the lowest logical address, wherever it is referred to. */
  private static void editFirstExtent(Path image, ItemEdit edit) {
    TreeWalk walk = treeWalk(image);
    long lowest =
        walk.extents().stream().mapToLong(each -> each.extent().logical()).min().orElseThrow();
    ImageEditor editor = new ImageEditor(image);
    walk.copies()
        .filter(copy -> refersTo(copy, lowest))
        .forEach(
            copy ->
                editor.rewrite(
                    TestDisk.OFFSET + copy.position(),
                    16384,
                    node -> editExtents(node, lowest, edit)));
  }

  private static boolean refersTo(StoredNode copy, long logical) {
    return copy.node() != null
        && copy.node().content() instanceof TreeNode.Leaf leaf
        && leaf.extents().stream().anyMatch(extent -> extent.logical() == logical);
  }

  private static void editExtents(ByteBuffer node, long logical, ItemEdit edit) {
    for (int i = 0; i < node.getInt(0x60); i++) {
      int entry = 101 + 25 * i;
      int item = 101 + node.getInt(entry + Key.BYTES);
      if (Key.parse(node, entry).type() == Key.EXTENT_DATA
          && node.get(item + 20) != 0
          && node.getLong(item + 21) == logical) {
        edit.accept(node, item);
      }
    }
  }

  @Test
  void a_node_that_is_its_own_child_ends_the_walk() throws IOException {
    Path image = scratch(committed);
    TreeWalk walk = treeWalk(image);
    TreeNode.RootItem root = walk.subvolumes().getLast();
    for (StoredNode copy : copies(walk, root.logical())) {
      new ImageEditor(image)
          .rewrite(
              TestDisk.OFFSET + copy.position(),
              16384,
              node ->
                  node.putLong(101 + Key.BYTES, root.logical())
                      .putLong(101 + Key.BYTES + 8, root.generation()));
    }
    FilesystemView view = TestDisk.freshView(image);
    assertThat(view.corruptions().getFirst().what())
        .contains("level 0 wanted, 1 found", "no copy is good");
    assertThat(view.subvolumes().get(root.key().objectId()))
        .isNotEqualTo(TestDisk.freshView(committed).subvolumes().get(root.key().objectId()));
  }

  private static List<StoredNode> copies(TreeWalk walk, long logical) {
    return Objects.requireNonNull(walk.visitOf(logical)).copies();
  }

  private static List<TreeNode.Child> children(TreeWalk walk, TreeNode.RootItem root) {
    TreeNode node = Objects.requireNonNull(copies(walk, root.logical()).getFirst().node());
    return ((TreeNode.Interior) node.content()).children();
  }

  /** Where the leaves lie, in the image, that hold root items. */
  private static List<Long> positionsOfRootItems(TreeWalk walk) {
    return walk.copies()
        .filter(
            copy ->
                copy.node() != null
                    && copy.node().content() instanceof TreeNode.Leaf leaf
                    && !leaf.roots().isEmpty())
        .map(copy -> TestDisk.OFFSET + copy.position())
        .toList();
  }

  private static void markPartlyDropped(ByteBuffer node, TreeNode.RootItem root, Key progress) {
    for (int i = 0; i < node.getInt(0x60); i++) {
      int entry = 101 + 25 * i;
      if (Key.parse(node, entry).equals(root.key())) {
        int item = 101 + node.getInt(entry + Key.BYTES);
        node.putInt(item + 216, 0);
        node.putLong(item + 220, progress.objectId());
        node.put(item + 228, (byte) progress.type());
        node.putLong(item + 229, progress.offset());
        node.put(item + 237, (byte) root.level());
      }
    }
  }

  @Test
  void a_log_tree_and_its_data_are_reachable_too() {
    FilesystemView view = TestDisk.freshView(withLog);
    KernelToolsView kernel = new KernelToolsView(withLog);
    assertThat(view.hasLogTree()).isTrue();
    assertThat(view.corruptions()).isEmpty();
    assertThat(view.reachable()).isEqualTo(kernel.referenced());
    assertThat(blocks(kernel.allocated())).isSubsetOf(blocks(view.reachable()));
    assertThat(view.reachable().bytes())
        .as("the log adds at least the data it names")
        .isGreaterThan(kernel.allocated().bytes() + LOGGED.length() * 4000L);
    assertThat(TestDisk.inspect(withLog, "btrfs", "check", "--readonly")).isNotNull();
  }

  private static List<Long> blocks(ReachableBlocks reachable) {
    return LongStream.iterate(0, at -> at < 2 * TestDisk.OFFSET + TestDisk.SIZE, at -> at + BLOCK)
        .filter(at -> reachable.intersects(at, BLOCK))
        .boxed()
        .toList();
  }

  @Test
  void a_flipped_byte_in_a_reachable_block_shows_and_in_a_free_one_does_not() throws IOException {
    Path image = scratch(withLog);
    ImageEditor editor = new ImageEditor(image);
    Random random = new Random(20);
    try (BtrfsReader reader = TestDisk.reader(image)) {
      FilesystemView before = reader.walk();
      List<Long> reachable = blocks(before.reachable());
      int tried = 0;
      for (int i = 0; i < 120; i++) {
        boolean wanted = i % 2 == 0;
        long offset =
            wanted
                ? reachable.get(random.nextInt(reachable.size())) + random.nextInt(BLOCK)
                : random.nextLong(2 * TestDisk.OFFSET + TestDisk.SIZE);
        if (inPrimarySuperblock(offset) || before.reachable().intersects(offset, 1) != wanted) {
          continue;
        }
        tried++;
        editor.flip(offset);
        reader.written(offset, 1);
        FilesystemView after = reader.walk();
        assertThat(after.fingerprint().equals(before.fingerprint()))
            .as("fingerprint after byte %d was flipped", offset)
            .isNotEqualTo(wanted);
        if (wanted) {
          assertCorrupt(after, offset);
        } else {
          assertThat(after.corruptions()).isEmpty();
        }
        editor.flip(offset);
        reader.written(offset, 1);
      }
      assertThat(reader.walk()).isEqualTo(before);
      assertThat(tried).as("flips that were what they were meant to be").isGreaterThan(90);
    }
  }

  private static boolean inPrimarySuperblock(long offset) {
    return offset / BLOCK == (TestDisk.OFFSET + (64 << 10)) / BLOCK;
  }

  /** Data without checksums is the one thing that can change without being corrupt. */
  private static void assertCorrupt(FilesystemView view, long offset) {
    if (!hasNoChecksum(offset)) {
      assertThat(view.corruptions()).as("byte %d was flipped", offset).isNotEmpty();
    }
  }

  private static boolean hasNoChecksum(long offset) {
    TreeWalk walk = treeWalk(withLog);
    return walk.extents().stream()
        .filter(placed -> placed.tree().id() == 5)
        .map(TreeWalk.PlacedExtent::extent)
        .filter(extent -> inodesWithoutChecksums.contains(extent.inode()))
        .anyMatch(
            extent -> {
              long position = walk.chunks().positions(extent.logical(), extent.length())[0];
              long within = offset - TestDisk.OFFSET - position;
              return within >= 0 && within < extent.length();
            });
  }

  @Test
  void one_bad_copy_of_two_is_named_and_everything_counts_as_reachable() throws IOException {
    Path image = scratch(committed);
    long rootTree = positionOfRootTree(image);
    new ImageEditor(image).flip(rootTree + 5000);
    FilesystemView view = TestDisk.freshView(image);
    assertThat(view.corruptions())
        .singleElement()
        .satisfies(
            corruption -> {
              assertThat(corruption.imageOffset()).isEqualTo(rootTree);
              assertThat(corruption.what())
                  .contains("tree node of tree 1", "wanted", "copy 1 of 2, another copy is good");
            });
    assertThat(view.reachable().bytes()).isEqualTo(TestDisk.SIZE);
    assertThat(view.subvolumes()).isEqualTo(TestDisk.freshView(committed).subvolumes());
  }

  private static long positionOfRootTree(Path image) {
    return treeWalk(image).copies().skip(2).findFirst().orElseThrow().position() + TestDisk.OFFSET;
  }

  private static TreeWalk treeWalk(Path image) {
    try (Partition partition = Partition.open(image, TestDisk.OFFSET, TestDisk.SIZE)) {
      Superblock superblock =
          SuperblockCopies.read(partition, new Crc32c(), new Corruptions()).primary();
      TreeWalk walk =
          new TreeWalk(
              partition, superblock, new NodeCache(partition, superblock), new Corruptions());
      walk.run(true);
      return walk;
    }
  }

  @Test
  void data_of_a_log_is_proven_against_the_checksums_in_the_log() throws IOException {
    Path image = scratch(withLog);
    long offset = find(image, LOGGED.repeat(3).getBytes(UTF_8));
    new ImageEditor(image).flip(offset + BLOCK);
    assertThat(TestDisk.freshView(image).corruptions())
        .singleElement()
        .satisfies(
            corruption ->
                assertThat(corruption.what())
                    .startsWith("data of inode")
                    .contains("in log of tree 5: checksum", "1 sectors", "no copy is good"));
  }

  /** Where a block starts with these bytes. */
  private static long find(Path image, byte[] wanted) throws IOException {
    try (FileChannel channel = FileChannel.open(image, StandardOpenOption.READ)) {
      ByteBuffer block = ByteBuffer.allocate(wanted.length);
      for (long at = 0; at < channel.size() - BLOCK; at += BLOCK) {
        channel.read(block.clear(), at);
        if (Arrays.equals(block.array(), wanted)) {
          return at;
        }
      }
    }
    throw new AssertionError("%s holds no such block".formatted(image));
  }

  @Test
  void data_without_checksums_is_in_the_fingerprint_of_its_subvolume() throws IOException {
    Path image = scratch(committed);
    byte[] noise = new byte[300_000];
    new Random(3).nextBytes(noise);
    new ImageEditor(image).flip(find(image, Arrays.copyOf(noise, 512)));
    FilesystemView before = TestDisk.freshView(committed);
    FilesystemView after = TestDisk.freshView(image);
    assertThat(after.corruptions()).isEmpty();
    assertThat(after.fingerprint()).isNotEqualTo(before.fingerprint());
    assertThat(after.subvolumes().get(5L)).isNotEqualTo(before.subvolumes().get(5L));
    assertThat(after.subvolumes().get(256L)).isEqualTo(before.subvolumes().get(256L));
  }

  @Test
  void an_incremental_walk_sees_what_a_fresh_one_sees() throws IOException {
    List<Path> states = new ArrayList<>();
    Random random = new Random(7);
    try (TestDisk disk = TestDisk.make(directory)) {
      disk.fillWithEverything();
      for (int i = 0; i < 10; i++) {
        change(disk, i, random);
        states.add(disk.copy("state-%d.img".formatted(i)));
      }
    }
    Path image = scratch(committed);
    try (BtrfsReader reader = TestDisk.reader(image)) {
      reader.walk();
      for (int i = 0; i < 16; i++) {
        Path state = states.get(random.nextInt(states.size()));
        turnInto(state, image, reader);
        assertThat(reader.walk()).isEqualTo(TestDisk.freshView(state));
      }
    }
  }

  private static void change(TestDisk disk, int step, Random random) {
    disk.writeNoise("sub/large", 100_000 + random.nextInt(3_000_000), step);
    disk.write("sub/inline-" + random.nextInt(400), ("step " + step).getBytes(UTF_8));
    switch (step % 4) {
      case 0 -> disk.sync();
      case 1 -> disk.run("sync", disk.path("sub/large"));
      case 2 ->
          disk.run("btrfs", "-q", "subvolume", "snapshot", disk.path("sub"), disk.path("s" + step));
      default -> disk.run("rm", disk.path("sub/inline-" + step));
    }
  }

  /** Writes what differs, and tells the reader of it block by block. */
  private static void turnInto(Path state, Path image, BtrfsReader reader) throws IOException {
    try (FileChannel from = FileChannel.open(state, StandardOpenOption.READ);
        FileChannel to =
            FileChannel.open(image, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer wanted = ByteBuffer.allocate(1 << 20);
      ByteBuffer present = ByteBuffer.allocate(1 << 20);
      for (long at = 0; at < from.size(); at += wanted.capacity()) {
        from.read(wanted.clear(), at);
        to.read(present.clear(), at);
        wanted.flip();
        present.flip();
        for (int block = 0; block < wanted.limit(); block += BLOCK) {
          ByteBuffer one = wanted.slice(block, BLOCK);
          if (!one.equals(present.slice(block, BLOCK))) {
            to.write(one, at + block);
            reader.written(at + block, BLOCK);
          }
        }
      }
    }
  }

  @Test
  void a_newer_superblock_copy_makes_reachable_what_grub_would_read() throws IOException {
    Path older;
    Path newer;
    try (TestDisk disk = TestDisk.make(directory)) {
      disk.write("file", "older".getBytes(UTF_8));
      disk.sync();
      older = disk.copy("older.img");
      disk.write("file", "newer".getBytes(UTF_8));
      disk.sync();
      newer = disk.copy("newer.img");
    }
    FilesystemView olderView = TestDisk.freshView(older);
    FilesystemView newerView = TestDisk.freshView(newer);
    long primary = TestDisk.OFFSET + (64 << 10);
    new ImageEditor(newer).write(primary, new ImageEditor(older).read(primary, 4096));

    FilesystemView both = TestDisk.freshView(newer);

    assertThat(both.generation()).isEqualTo(olderView.generation());
    assertThat(both.corruptions()).isEmpty();
    assertThat(blocks(both.reachable()))
        .containsAll(blocks(olderView.reachable()))
        .containsAll(blocks(newerView.reachable()));
    assertThat(grubReads(newer, "/file")).isEqualTo("newer");
  }

  /** What GRUB's own reader finds; it wants the partition without what is around it. */
  private String grubReads(Path image, String path) throws IOException {
    Path partition = directory.resolve("partition.img");
    ExternalCommand.of("dd", "if=" + image, "of=" + partition, "bs=1M", "skip=1", "count=128")
        .run();
    return ExternalCommand.of("grub-fstest", partition, "cat", path).run().text();
  }

  @Test
  void an_older_superblock_copy_leads_nowhere() throws IOException {
    Path image = scratch(committed);
    long mirror = TestDisk.OFFSET + (64 << 20);
    FilesystemView before = TestDisk.freshView(image);
    new ImageEditor(image)
        .rewrite(
            mirror,
            4096,
            bytes -> bytes.putLong(0x48, before.generation() - 1).putLong(0x50, 1 << 20));
    FilesystemView after = TestDisk.freshView(image);
    assertThat(after.corruptions()).isEmpty();
    assertThat(after.reachable()).isEqualTo(before.reachable());
    assertThat(after.fingerprint()).isNotEqualTo(before.fingerprint());
  }

  @Test
  void a_torn_superblock_copy_that_grub_would_take_makes_everything_reachable() throws IOException {
    Path image = scratch(committed);
    long mirror = TestDisk.OFFSET + (64 << 20);
    byte[] newGeneration = {(byte) 0xff};
    new ImageEditor(image).write(mirror + 0x48, newGeneration);
    FilesystemView view = TestDisk.freshView(image);
    assertThat(view.corruptions())
        .singleElement()
        .satisfies(
            corruption ->
                assertThat(corruption.what())
                    .startsWith("superblock copy: checksum")
                    .endsWith("GRUB takes it all the same"));
    assertThat(view.reachable().bytes()).isEqualTo(TestDisk.SIZE);
  }

  @Test
  void nodes_with_nonsense_under_a_right_checksum_end_in_a_view_or_a_clear_refusal()
      throws IOException {
    Path image = scratch(withLog);
    ImageEditor editor = new ImageEditor(image);
    List<Long> nodes =
        treeWalk(image).copies().map(copy -> copy.position() + TestDisk.OFFSET).toList();
    Random random = new Random(11);
    int refused = 0;
    for (int i = 0; i < 100; i++) {
      long node = nodes.get(random.nextInt(nodes.size()));
      byte[] before = editor.read(node, 16384);
      editor.rewrite(node, 16384, bytes -> scribble(bytes, random));
      try {
        assertThat(TestDisk.freshView(image).fingerprint()).hasSize(64);
      } catch (MalformedFilesystemException | UnsupportedFilesystemException e) {
        refused++;
      }
      editor.write(node, before);
    }
    assertThat(refused).as("most nonsense is still a view with corruptions").isLessThan(50);
  }

  /** Header and first items decide most; the rest is items' contents. */
  private static void scribble(ByteBuffer bytes, Random random) {
    int range = random.nextBoolean() ? 400 : bytes.capacity() - 32;
    for (int i = 0; i < 4; i++) {
      bytes.put(32 + random.nextInt(range), (byte) random.nextInt());
    }
  }
}

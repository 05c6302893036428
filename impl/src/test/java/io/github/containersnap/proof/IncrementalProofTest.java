package io.github.containersnap.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.base.BinaryOutput;
import io.github.containersnap.base.Sha256;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.linux.BtrfsHandle;
import io.github.containersnap.linux.ExtendedAttributes;
import io.github.containersnap.oci.LayoutBuilder;
import io.github.containersnap.oci.OciLayout;
import io.github.containersnap.oci.TarBuilder;
import io.github.containersnap.tree.HostAttributes;
import io.github.containersnap.tree.TreeManifest;
import io.github.containersnap.tree.TreeScan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The proof with records of earlier proofs, against a store that podman itself filled. Each damage
 * is done to a copy of the store (snapshots, so its files have the very extents that the records
 * speak of) while the records are valid and complete.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IncrementalProofTest {
  private static final byte[] LARGE = bytes(300_000, 1);
  private static final byte[] TWIN = bytes(300_000, 2);
  private static final int HISTORIES = 25;

  @TempDir(cleanup = CleanupMode.ALWAYS)
  private static Path directory;

  private StoreOnBtrfs store;
  private Path oldLayout;
  private Path newLayout;
  private String oldImage;
  private String newImage;
  private String oldTop;
  private String newTop;
  private String base;
  private Map<String, String> recorded;
  private RecordsInMemory files;
  private ProofRecords records;

  @BeforeAll
  void podman_pulls_two_images_on_one_base_and_both_are_proven() throws IOException {
    store = new StoreOnBtrfs(Files.createDirectory(directory.resolve("store")));
    oldLayout = directory.resolve("old");
    newLayout = directory.resolve("new");
    oldImage = image(oldLayout, top(1));
    newImage = image(newLayout, top(2));
    RecordsInMemory memory = new RecordsInMemory();
    store.pull(oldLayout, "image");
    oldTop = LayerProof.prove(store.graphRoot(), oldImage, new ProofRecords(memory)).layerId();
    store.pull(newLayout, "image");
    newTop = LayerProof.prove(store.graphRoot(), newImage, new ProofRecords(memory)).layerId();
    base = OciLayout.open(oldLayout).image("image").layers().getFirst().diffId().substring(7);
    recorded = new TreeMap<>(memory.texts());
  }

  @BeforeEach
  void the_records_are_whole() {
    files = new RecordsInMemory();
    files.texts().putAll(recorded);
    records = new ProofRecords(files);
  }

  @AfterAll
  void the_loop_device_goes() {
    store.close();
  }

  private static String image(Path layout, byte[] top) throws IOException {
    return new LayoutBuilder(layout).layer(base().build()).layer(top).image("image", "");
  }

  /** More than one leaf of a tree holds. */
  private static TarBuilder base() {
    TarBuilder base = new TarBuilder().mode(0755).directory("./");
    for (int i = 0; i < 400; i++) {
      base.file("usr/share/many/" + i % 8 + "/file-" + i, "content " + i);
    }
    return base.file("large", LARGE)
        .file("twin", TWIN)
        .file("small", "inline, as btrfs has it")
        .file("other", "inline, as btrfs has it, too")
        .file("empty", "")
        .file("sparse", sparse())
        .file("zeros", new byte[50_000])
        .file("usr/bin/program", bytes(20_000, 3))
        .hardLink("usr/bin/linked", "usr/bin/program")
        .attribute("user.a", new byte[] {0, '=', '\n'})
        .attribute("user.b", new byte[] {1})
        .file("attributes", "a")
        .symlink("link", "usr/bin/program")
        .device('3', "dev/null", 1, 3)
        .device('4', "dev/disk", 300, 70_000)
        .entry('6', "dev/pipe", "", 0622, new byte[0])
        .file("name%FF%FE%0A", "not UTF-8");
  }

  private static byte[] top(int version) {
    return new TarBuilder()
        .file("etc/version", "version " + version)
        .file("boot/kernel", bytes(100_000, 10 + version))
        .build();
  }

  private static byte[] sparse() {
    byte[] content = new byte[1_000_000];
    content[500_000] = 1;
    return content;
  }

  private static byte[] bytes(int count, int seed) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  @Test
  void only_the_new_layer_is_read() throws IOException {
    try (StoreOnBtrfs other = updated(base -> {}, top -> {})) {
      // What is not read again may be gone.
      ExternalCommand.of("btrfs", "subvolume", "delete", file(other.graphRoot(), base, "")).run();

      ProvenLayer proven = shortcut(other.graphRoot());

      assertThat(proven.tree()).isEqualTo(OciLayout.open(newLayout).image("image").tree());
      assertThat(proven.layerId()).isEqualTo(newTop);
      assertThat(files.texts()).containsOnlyKeys(base + ".tree", topDigest() + ".tree");
      int whole = text(base + ".tree").length();
      assertThat(text(topDigest() + ".tree").length()).isLessThan(whole / 2);
    }
  }

  @Test
  void what_is_recorded_is_believed() throws IOException {
    String name = base + ".tree";
    try (StoreOnBtrfs other = updated(base -> {}, top -> {})) {
      String digest = binary(LayoutBuilder.sha256(LARGE));
      String forged = sealed(text(name).replace(digest, "\0".repeat(32)));
      files.texts().put(name, forged);

      assertThat(shortcut(other.graphRoot()).tree().get("large").orElseThrow().contentDigest())
          .isEqualTo("0".repeat(64));
    }
  }

  @Test
  void what_a_balance_moved_is_proven_and_a_later_write_is_found() throws IOException {
    try (StoreOnBtrfs other = proven()) {
      ExternalCommand.of("btrfs", "balance", "start", "-d", "-m", other.graphRoot()).run();
      assertAgreed(other.graphRoot());

      flip(file(other.graphRoot(), newTop, "large"));
      assertUnproven(other.graphRoot(), "/large: content differs");
    }
  }

  @Test
  void a_defragmented_layer_is_proven_and_a_later_write_is_found() throws IOException {
    Path copy = store.copy();
    ExternalCommand.of(
            "btrfs", "filesystem", "defragment", "-r", "-f", "-czstd", file(copy, newTop, ""))
        .run();
    assertAgreed(copy);

    flip(file(copy, newTop, "twin"));
    assertUnproven(copy, "/twin: content differs");
  }

  @Test
  void a_write_that_only_the_log_had_at_a_power_cut_is_found() throws IOException {
    try (StoreOnBtrfs other = proven()) {
      try (RandomAccessFile file =
          new RandomAccessFile(file(other.graphRoot(), newTop, "large").toFile(), "rw")) {
        file.write(LARGE[0] ^ 1);
        file.getFD().sync();
        other.cutPower();
      }
      assertUnproven(other.graphRoot(), "/large: content differs");
    }
  }

  @Test
  void a_name_that_only_the_log_had_at_a_power_cut_is_found() throws IOException {
    try (StoreOnBtrfs other = proven()) {
      Path renamed = file(other.graphRoot(), newTop, "usr/share/many/3/renamed");
      Files.move(file(other.graphRoot(), newTop, "usr/share/many/3/file-3"), renamed);
      try (RandomAccessFile file = new RandomAccessFile(renamed.toFile(), "rw")) {
        file.getFD().sync();
        other.cutPower();
      }
      assertUnproven(other.graphRoot(), "/usr/share/many/3/file-3: missing");
    }
  }

  @Test
  void a_write_that_a_power_cut_took_leaves_what_was_proven() throws IOException {
    try (StoreOnBtrfs other = proven()) {
      flip(file(other.graphRoot(), newTop, "large"));
      other.cutPower();

      assertAgreed(other.graphRoot());
    }
  }

  @Test
  void a_parent_that_was_changed_between_its_record_and_the_snapshot_is_found() throws IOException {
    try (StoreOnBtrfs other =
        updated(
            base -> {
              flip(base.resolve("usr/bin/program"));
              Files.delete(base.resolve("usr/share/many/5/file-5"));
            },
            top -> {})) {
      assertUnproven(other.graphRoot(), "its file /usr/share/many/5/file-5 is missing");
    }
  }

  @Test
  void a_parent_that_was_changed_after_the_snapshot_harms_nothing() throws IOException {
    try (StoreOnBtrfs other = updated(base -> {}, top -> {})) {
      flip(file(other.graphRoot(), base, "large"));

      assertThat(shortcut(other.graphRoot()).tree())
          .isEqualTo(OciLayout.open(newLayout).image("image").tree());
    }
  }

  @Test
  void a_parent_that_was_put_right_after_the_snapshot_does_not_vouch_for_it() throws IOException {
    try (StoreOnBtrfs other = updated(base -> flip(base.resolve("large")), top -> {})) {
      files.texts().clear();
      flip(file(other.graphRoot(), base, "large"));

      assertUnproven(other.graphRoot(), "/large: content differs");
    }
  }

  @Test
  void a_parent_that_was_changed_after_a_proof_later_than_the_snapshot_does_not_vouch_for_it()
      throws IOException {
    try (StoreOnBtrfs other = updated(base -> flip(base.resolve("large")), top -> {})) {
      files.texts().clear();
      flip(file(other.graphRoot(), base, "large"));
      LayerProof.prove(other.graphRoot(), oldImage, records);
      records.retain(Set.of("sha256:" + base));
      assertThat(files.texts()).containsOnlyKeys(base + ".tree");
      Files.delete(file(other.graphRoot(), base, "large"));

      assertUnproven(other.graphRoot(), "its file /large is missing");
    }
  }

  @Test
  void each_change_is_found_on_its_own() throws IOException {
    List<Deed> deeds =
        List.of(
            top -> ExternalCommand.of("chmod", "4755", top.resolve("usr/bin/program")).run(),
            top -> ExternalCommand.of("chown", "-h", "9:9", top.resolve("link")).run(),
            top -> ExtendedAttributes.set(top.resolve("attributes"), "user.b", new byte[] {2}),
            top -> ExtendedAttributes.set(top.resolve("small"), "user.c", new byte[] {2}),
            top -> ExternalCommand.of("setfattr", "-x", "user.b", top.resolve("attributes")).run(),
            top -> Files.writeString(top.resolve("more"), "m"),
            top -> Files.delete(top.resolve("empty")),
            top -> Files.createLink(top.resolve("usr/share/many/1/link"), top.resolve("large")),
            top -> Files.move(top.resolve("small"), top.resolve("usr/small")),
            top -> Files.createDirectory(top.resolve("usr/share/many/1/directory")),
            top -> Files.write(top.resolve("twin"), LARGE),
            top -> Files.writeString(top.resolve("usr/share/many/2/file-2"), "CONTENT 2"));
    for (Deed deed : deeds) {
      Path copy = store.copy();
      deed.to(file(copy, newTop, ""));
      assertUnproven(copy, "differs from the image");
      store.remove(copy);
      the_records_are_whole();
    }
  }

  @Test
  void a_new_layer_that_was_changed_before_its_first_proof_is_found() throws IOException {
    try (StoreOnBtrfs other = updated(base -> {}, top -> flip(top.resolve("large")))) {
      assertUnproven(other.graphRoot(), "/large: content differs");
    }
    try (StoreOnBtrfs other =
        updated(base -> {}, top -> Files.delete(top.resolve("usr/share/many/0/file-8")))) {
      assertUnproven(other.graphRoot(), "/usr/share/many/0/file-8: missing");
    }
    try (StoreOnBtrfs other =
        updated(base -> {}, top -> Files.writeString(top.resolve("usr/share/many/1/x"), "x"))) {
      assertUnproven(other.graphRoot(), "/usr/share/many/1/x: not expected");
    }
  }

  @Test
  void directories_that_changed_places_are_found() throws IOException {
    Path copy = store.copy();
    Path many = file(copy, newTop, "usr/share/many");
    Files.move(many.resolve("1"), many.resolve("spare"));
    Files.move(many.resolve("2"), many.resolve("1"));
    Files.move(many.resolve("spare"), many.resolve("2"));

    assertUnproven(copy, "/usr/share/many/1/file-1: missing");
  }

  @Test
  void a_directory_that_was_made_anew_with_links_to_its_files_is_proven() throws IOException {
    Path copy = store.copy();
    Path many = file(copy, newTop, "usr/share/many");
    Files.move(many.resolve("1"), many.resolve("spare"));
    ExternalCommand.of("cp", "-al", many.resolve("spare"), many.resolve("1")).run();
    ExternalCommand.of("rm", "-r", many.resolve("spare")).run();

    assertThatThrownBy(() -> shortcut(copy)).hasMessageContaining("not the same file");
    assertThat(LayerProof.prove(copy, newImage, records).layerId()).isEqualTo(newTop);
  }

  @Test
  void a_received_layer_is_compared_as_a_whole() throws IOException {
    Path copy = store.copy();
    Path subvolume = file(copy, newTop, "");
    ExternalCommand.of("btrfs", "property", "set", subvolume, "ro", "true").run();
    Path stream = directory.resolve("stream");
    ExternalCommand.of("btrfs", "send", "-q", "-f", stream, subvolume).run();
    ExternalCommand.of("btrfs", "property", "set", "-f", subvolume, "ro", "false").run();
    ExternalCommand.of("btrfs", "subvolume", "delete", subvolume).run();
    ExternalCommand.of("btrfs", "receive", "-q", "-f", stream, file(copy, newTop, "..").normalize())
        .run();
    assertAgreed(copy);

    ExternalCommand.of("btrfs", "property", "set", "-f", subvolume, "ro", "false").run();
    the_records_are_whole();
    flip(file(copy, newTop, "large"));
    assertUnproven(copy, "/large: content differs");
  }

  @Test
  void a_record_from_a_later_transaction_than_the_subvolumes_is_as_good_as_none()
      throws IOException {
    Path copy = store.copy();
    flip(file(copy, newTop, "large"));
    for (Map.Entry<String, String> record : recorded.entrySet()) {
      files.texts().put(record.getKey(), later(record.getValue()));
    }

    assertUnproven(copy, "/large: content differs");
    flip(file(copy, newTop, "large"));
    assertAgreed(copy);
  }

  @Test
  void a_subvolume_with_files_that_are_written_in_place_is_not_recorded() throws IOException {
    Path copy = store.copy();
    Path large = file(copy, newTop, "large");
    Path inPlace = Files.createFile(file(copy, newTop, "in-place"));
    ExternalCommand.of("chattr", "+C", inPlace).run();
    Files.write(inPlace, LARGE);
    ExternalCommand.of("chmod", "--reference", large, inPlace).run();
    Files.move(inPlace, large, StandardCopyOption.REPLACE_EXISTING);

    files.texts().clear();
    assertAgreed(copy);
    assertThat(files.texts()).containsOnlyKeys(base + ".tree");
    flip(large);
    assertUnproven(copy, "/large: content differs");
  }

  @Test
  void both_proofs_agree_on_whatever_happens_to_a_layer() throws IOException {
    for (int seed = 0; seed < HISTORIES; seed++) {
      the_records_are_whole();
      Path copy = store.copy();
      Random random = new Random(seed);
      List<String> done = new ArrayList<>();
      for (int i = random.nextInt(3); i >= 0; i--) {
        done.add(RandomChange.make(file(copy, newTop, ""), random));
      }
      boolean right = isProvenByReadingEverything(copy);
      if (right) {
        assertThat(LayerProof.prove(copy, newImage, records).tree())
            .as("seed %d: %s", seed, done)
            .isEqualTo(LayerProof.prove(copy, newImage).tree());
      } else {
        assertThatThrownBy(() -> shortcut(copy))
            .as("seed %d: %s", seed, done)
            .isInstanceOf(IOException.class);
      }
      store.remove(copy);
    }
  }

  private boolean isProvenByReadingEverything(Path graphRoot) {
    try {
      LayerProof.prove(graphRoot, newImage);
      return true;
    } catch (UnprovenLayerException e) {
      return false;
    }
  }

  @Test
  void without_records_the_same_is_proven_and_recorded() throws IOException {
    files.texts().clear();

    ProvenLayer proven = shortcut(store.graphRoot());

    assertThat(proven.tree()).isEqualTo(OciLayout.open(newLayout).image("image").tree());
    assertThat(proven.tree()).isEqualTo(LayerProof.prove(store.graphRoot(), newImage).tree());
    assertThat(files.texts()).containsOnlyKeys(base + ".tree", topDigest() + ".tree");
  }

  @Test
  void the_subvolumes_tree_is_what_reading_every_file_gives() throws IOException {
    Path subvolume = file(store.graphRoot(), newTop, "");

    TreeManifest scanned = TreeScan.of(subvolume).withoutAttributes(HostAttributes::contains);

    TreeManifest tree = TreeManifest.of(shortcutTree(scanned, subvolume));
    for (String path : List.of("", "dev/disk", "usr/bin/linked", "link", "usr/share/many/5", "x")) {
      assertThat(tree.get(path)).isEqualTo(scanned.get(path));
      assertThat(tree.names(path)).isEqualTo(scanned.names(path));
    }
    assertThat(tree.differencesFrom(scanned)).isEmpty();
    assertThat(scanned.entries()).containsKeys("dev/disk", "name%FF%FE%0A", "usr/bin/linked");
  }

  @Test
  void a_same_size_rewrite_is_found_with_the_old_times_restored() throws IOException {
    Path copy = store.copy();
    for (String path : List.of("large", "small", "usr/bin/program")) {
      Path file = file(copy, newTop, path);
      Path times = directory.resolve("times");
      ExternalCommand.of("touch", "-r", file, times).run();
      flip(file);
      ExternalCommand.of("touch", "-r", times, file).run();
    }

    assertUnproven(
        copy,
        "/large: content differs: 300,000 bytes, but other ones, /small: content differs: 23 bytes,"
            + " but other ones, /usr/bin/linked: content differs: 20,000 bytes, but other ones,"
            + " /usr/bin/program: content differs");
  }

  @Test
  void a_rewrite_of_the_same_bytes_is_read_and_proven() throws IOException {
    Path copy = store.copy();
    Files.write(file(copy, newTop, "large"), LARGE);

    assertThat(shortcut(copy).tree()).isEqualTo(OciLayout.open(newLayout).image("image").tree());
  }

  @Test
  void two_files_of_one_size_that_change_places_are_found() throws IOException {
    Path copy = store.copy();
    Path spare = file(copy, newTop, "spare");
    Files.move(file(copy, newTop, "large"), spare);
    Files.move(file(copy, newTop, "twin"), file(copy, newTop, "large"));
    Files.move(spare, file(copy, newTop, "twin"));

    assertUnproven(copy, "/large: content differs: 300,000 bytes, but other ones, /twin: content");
  }

  @Test
  void a_clone_of_another_file_is_found() throws IOException {
    Path copy = store.copy();
    ExternalCommand.of(
            "cp", "--reflink=always", file(copy, newTop, "twin"), file(copy, newTop, "large"))
        .run();

    assertUnproven(copy, "/large: content differs: 300,000 bytes, but other ones");
  }

  @Test
  void a_truncation_to_nothing_and_to_a_block_are_found() throws IOException {
    Path copy = store.copy();
    ExternalCommand.of("truncate", "-s", "0", file(copy, newTop, "twin")).run();
    ExternalCommand.of("truncate", "-s", "4096", file(copy, newTop, "large")).run();

    assertUnproven(
        copy,
        "/large: content differs: 4,096 bytes instead of 300,000, /twin: content differs: 0 bytes");
  }

  @Test
  void a_truncation_that_is_extended_again_is_found() throws IOException {
    Path copy = store.copy();
    ExternalCommand.of("truncate", "-s", "299999", file(copy, newTop, "large")).run();
    ExternalCommand.of("truncate", "-s", "300000", file(copy, newTop, "large")).run();

    assertUnproven(copy, "/large: content differs: 300,000 bytes, but other ones");
  }

  @Test
  void a_hole_punched_into_a_file_is_found() throws IOException {
    Path copy = store.copy();
    ExternalCommand.of("fallocate", "-p", "-o", "8192", "-l", "4096", file(copy, newTop, "large"))
        .run();

    assertUnproven(copy, "/large: content differs: 300,000 bytes, but other ones");
  }

  @Test
  void a_hole_where_there_were_zeros_is_read_and_proven() throws IOException {
    Path copy = store.copy();
    ExternalCommand.of("fallocate", "-p", "-o", "0", "-l", "8192", file(copy, newTop, "zeros"))
        .run();

    assertThat(shortcut(copy).tree().entries()).containsKey("zeros");
  }

  @Test
  void a_changed_mode_owner_attribute_link_device_or_name_is_found() throws IOException {
    Path copy = store.copy();
    ExternalCommand.of("chmod", "4755", file(copy, newTop, "usr/bin/program")).run();
    ExternalCommand.of("chown", "-h", "9:9", file(copy, newTop, "link")).run();
    ExtendedAttributes.set(file(copy, newTop, "attributes"), "user.b", new byte[] {2});
    Path device = file(copy, newTop, "dev/disk");
    Files.delete(device);
    ExternalCommand.of("mknod", "-m", "600", device, "b", "300", "70001").run();
    Files.writeString(file(copy, newTop, "more"), "m");
    Files.delete(file(copy, newTop, "empty"));

    assertUnproven(
        copy,
        "/attributes: extended attribute user.b differs, /dev/disk: device number 0x11112c71"
            + " instead of 0x11112c70, /empty: missing, /link: owner 9:9 instead of 0:0, /more: not"
            + " expected, and more: 7 in all");
  }

  @Test
  void a_hard_link_that_became_a_copy_is_found() throws IOException {
    Path copy = store.copy();
    Path linked = file(copy, newTop, "usr/bin/linked");
    Files.delete(linked);
    ExternalCommand.of(
            "cp", "-a", "--reflink=always", file(copy, newTop, "usr/bin/program"), linked)
        .run();

    assertUnproven(copy, "/usr/bin/linked: a file of its own instead of a hard link");
  }

  @Test
  void another_subvolume_under_the_layers_name_is_found() throws IOException {
    Path copy = store.copy();
    Path subvolume = file(copy, newTop, "");
    ExternalCommand.of("btrfs", "subvolume", "delete", subvolume).run();
    ExternalCommand.of("btrfs", "subvolume", "snapshot", file(copy, oldTop, ""), subvolume).run();

    assertUnproven(copy, "layer " + newTop);
  }

  @Test
  void a_plain_directory_under_the_layers_name_is_read_in_full() throws IOException {
    Path copy = store.copy();
    Path subvolume = file(copy, newTop, "");
    ExternalCommand.of("btrfs", "subvolume", "delete", subvolume).run();
    ExternalCommand.of(
            "cp", "-a", "--reflink=always", file(store.graphRoot(), newTop, ""), subvolume)
        .run();

    assertThatThrownBy(() -> shortcut(copy)).hasMessage(subvolume + " is no subvolume");
    assertThat(LayerProof.prove(copy, newImage, records).layerId()).isEqualTo(newTop);
    Files.writeString(file(copy, newTop, "small"), "x");
    assertUnproven(copy, "/small: content differs");
  }

  @Test
  void a_nested_subvolume_is_found() throws IOException {
    Path copy = store.copy();
    ExternalCommand.of("btrfs", "subvolume", "create", file(copy, newTop, "nested")).run();

    assertThatThrownBy(() -> shortcut(copy)).hasMessage("its entry nested is a nested subvolume");
    assertUnproven(copy, "/nested: not expected");
  }

  @Test
  void what_was_not_written_out_yet_is_found() throws IOException {
    Path copy = store.copy();
    Path file = file(copy, newTop, "large");
    try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
      content.write(1); // in the page cache only, and the file is open
      assertUnproven(copy, "/large: content differs: 300,000 bytes, but other ones");
    }
  }

  @Test
  void damage_to_the_new_layers_own_files_is_found() throws IOException {
    records.retain(Set.of("sha256:" + base));
    Path copy = store.copy();
    flip(file(copy, newTop, "boot/kernel"));

    assertUnproven(copy, "damaged are /boot/kernel");
  }

  @Test
  void files_that_a_crash_emptied_are_found_in_a_proven_layer() throws IOException {
    Path copy = store.copy();
    for (String path : List.of("boot/kernel", "large", "small")) {
      Files.write(file(copy, newTop, path), new byte[0]);
    }

    assertUnproven(copy, "its file /boot/kernel has 0 bytes instead of 100,000");
  }

  @Test
  void a_truncated_record_is_as_good_as_none() throws IOException {
    for (String name : List.of(base + ".tree", topDigest() + ".tree")) {
      String whole = record(name);
      for (int length : List.of(0, 1, 31, 32, whole.length() / 2, whole.length() - 1)) {
        files.texts().put(name, whole.substring(0, length));
        assertThat(shortcut(store.graphRoot()).layerId()).isEqualTo(newTop);
        assertThat(TreeRecord.of(bytes(text(name)))).isPresent();
      }
    }
  }

  @Test
  void a_record_with_a_changed_digest_is_as_good_as_none() throws IOException {
    Path copy = store.copy();
    flip(file(copy, newTop, "large"));
    for (Map.Entry<String, String> record : recorded.entrySet()) {
      String text = record.getValue();
      int digit = text.length() / 2;
      char other = text.charAt(digit) == '0' ? '1' : '0';
      files
          .texts()
          .put(record.getKey(), text.substring(0, digit) + other + text.substring(digit + 1));
    }

    assertUnproven(copy, "/large: content differs");
    assertThat(shortcut(store.graphRoot()).layerId()).isEqualTo(newTop);
  }

  @Test
  void a_forged_record_of_a_layer_hides_nothing_and_costs_only_time() throws IOException {
    files.texts().clear();
    OciLayout.open(newLayout).image("image").contents().forEach(records::learn);
    String name = base + ".layer";
    files.texts().put(name, sealed(text(name).replace("\5large", "\5lar-e")));
    records = new ProofRecords(files);

    assertThatThrownBy(() -> shortcut(store.graphRoot()))
        .hasMessageContaining("/large: not expected");
    assertThat(LayerProof.prove(store.graphRoot(), newImage, records).layerId()).isEqualTo(newTop);
    assertThat(files.texts()).isEmpty();
  }

  @Test
  void what_was_learnt_of_a_layer_takes_the_place_of_its_archive() throws IOException {
    files.texts().clear();
    OciLayout.open(newLayout).image("image").contents().forEach(records::learn);
    records = new ProofRecords(files);
    Path copy = store.copy();
    Files.delete(new StoreLayout(copy).tarSplit(base));
    Files.delete(new StoreLayout(copy).tarSplit(newTop));

    assertThat(shortcut(copy).tree()).isEqualTo(OciLayout.open(newLayout).image("image").tree());
  }

  @Test
  void a_record_under_another_layers_name_is_as_good_as_none() throws IOException {
    files.texts().put(base + ".tree", record(topDigest() + ".tree"));

    assertThat(shortcut(store.graphRoot()).layerId()).isEqualTo(newTop);
    assertThat(TreeRecord.of(bytes(text(base + ".tree"))).orElseThrow().header())
        .extracting(TreeRecord.Header::diffIds)
        .isEqualTo(List.of("sha256:" + base));
  }

  @Test
  void a_record_of_another_filesystem_is_as_good_as_none() throws IOException {
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    try (StoreOnBtrfs other = new StoreOnBtrfs(elsewhere)) {
      other.pull(newLayout, "image");
      flip(file(other.graphRoot(), newTop, "large"));

      assertUnproven(other.graphRoot(), "/large: content differs");
    }
  }

  @Test
  void hostile_records_are_as_good_as_none() throws IOException {
    String title = "container-snap layer 2 sha256:" + base;
    List<Fields> hostile =
        List.of(
            out -> out.writeNumber(1),
            out -> out.writeNumber(Integer.MAX_VALUE),
            out -> out.writeNumber(-1),
            out -> entry(out, 99, 0644, 0, "a"),
            out -> entry(out, 5, 010000, 0, "a"),
            out -> entry(out, 5, 0644, -1, "a"),
            out -> entry(out, 5, 0644, 0, ""),
            out -> {
              entry(out, 5, 0644, 0, "a");
              out.writeByte(0);
            });
    for (Fields fields : hostile) {
      files.texts().clear();
      files.texts().put(base + ".layer", titled(title, fields));
      assertThat(shortcut(store.graphRoot()).layerId()).isEqualTo(newTop);
    }
    files.texts().clear();
    files
        .texts()
        .put(base + ".layer", titled(title, out -> entry(out, 5, 0755, 0, "../../outside")));
    assertThat(LayerProof.prove(store.graphRoot(), newImage, records).layerId()).isEqualTo(newTop);
  }

  @Test
  void hostile_records_of_trees_are_as_good_as_none() throws IOException {
    String whole = record(base + ".tree");
    String fields = whole.substring(0, whole.length() - 32 - 8);
    List<String> hostile = new ArrayList<>();
    for (long index : List.of(-1L, 0L, 1L, (long) fields.length() - 1, Long.MAX_VALUE)) {
      hostile.add(sealed(fields + binary("%016x".formatted(index)) + "\0".repeat(32)));
    }
    hostile.add(titled("container-snap tree 1", out -> {}));
    hostile.add(titled("container-snap tree 2", out -> out.writeBytes(bytes(fields))));
    hostile.add(sealed(whole.replace("usr", "us\377")));
    for (String each : hostile) {
      files.texts().put(base + ".tree", each);
      assertThat(LayerProof.prove(store.graphRoot(), newImage, records).layerId())
          .isEqualTo(newTop);
    }
  }

  /** Writes what a record holds below its title. */
  private interface Fields {
    void write(BinaryOutput out) throws IOException;
  }

  private static void entry(BinaryOutput out, int type, int mode, long size, String name)
      throws IOException {
    out.writeNumber(1);
    out.writeByte(type);
    out.writeNumber(mode);
    out.writeNumber(0);
    out.writeNumber(0);
    out.writeNumber(size);
    out.writeNumber(0);
    out.writeText(name);
    out.writeText("");
    out.writeNumber(0);
  }

  private static String titled(String title, Fields fields) {
    return RecordsInMemory.text(
        stream -> {
          BinaryOutput out = new BinaryOutput(stream);
          out.writeText(title);
          fields.write(out);
          out.seal();
        });
  }

  /** A record that was forged and has the right digest at its end again. */
  private static String sealed(String record) {
    String fields = record.substring(0, record.length() - 32);
    return fields + binary(Sha256.hex(fields.getBytes(StandardCharsets.ISO_8859_1)));
  }

  private static String binary(String digits) {
    return new String(HexFormat.of().parseHex(digits), StandardCharsets.ISO_8859_1);
  }

  @Test
  void records_of_layers_that_the_store_no_longer_holds_go() {
    files.texts().put("note.new", "left over");
    files.texts().put("x.layer", "of no layer");

    records.retain(Set.of("sha256:" + base));
    assertThat(files.texts().keySet()).containsExactly(base + ".tree");
    records.removeAll();
    assertThat(files.texts()).isEmpty();
  }

  /** The proof that only knows the shortcut: it fails where the real one reads everything. */
  private ProvenLayer shortcut(Path graphRoot) throws IOException {
    return IncrementalProof.prove(StoredImage.find(new StoreLayout(graphRoot), newImage), records);
  }

  private void assertUnproven(Path graphRoot, String why) {
    assertThatThrownBy(() -> shortcut(graphRoot)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> LayerProof.prove(graphRoot, newImage, records))
        .isInstanceOf(UnprovenLayerException.class)
        .hasMessageContaining(why);
  }

  /** Both proofs, and that they agree. */
  private void assertAgreed(Path graphRoot) throws IOException {
    assertThat(shortcut(graphRoot).tree()).isEqualTo(LayerProof.prove(graphRoot, newImage).tree());
  }

  private ProvenTree shortcutTree(TreeManifest scanned, Path subvolume) throws IOException {
    try (BtrfsHandle root = BtrfsHandle.open(subvolume)) {
      root.commit();
      Map<Long, FoundInode> all = SubvolumeTree.all(root);
      Map<Long, String> digests = new TreeMap<>();
      for (String path : scanned.entries().keySet()) {
        long number =
            (Long)
                Files.getAttribute(
                    TreeManifest.locate(subvolume, path), "unix:ino", LinkOption.NOFOLLOW_LINKS);
        digests.put(number, scanned.get(path).orElseThrow().contentDigest());
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      TreeRecord.write(
          out,
          new TreeRecord.Header("", new UUID(0, 0), 0, List.of("sha256:" + base), ""),
          all.values(),
          digests);
      return ProvenTree.of(TreeRecord.of(out.toByteArray()).orElseThrow());
    }
  }

  /** Does something to the files of a subvolume. */
  private interface Deed {
    void to(Path subvolume) throws IOException;
  }

  /**
   * A store of its own in which the old image was proven and recorded; then the base was changed,
   * the new image pulled, and its top layer changed.
   */
  private StoreOnBtrfs updated(Deed base, Deed top) throws IOException {
    StoreOnBtrfs other = new StoreOnBtrfs(Files.createTempDirectory(directory, "other"));
    other.pull(oldLayout, "image");
    files.texts().clear();
    records = new ProofRecords(files);
    LayerProof.prove(other.graphRoot(), oldImage, records);
    records.retain(Set.of("sha256:" + this.base));
    base.to(file(other.graphRoot(), this.base, ""));
    other.pull(newLayout, "image");
    top.to(file(other.graphRoot(), newTop, ""));
    return other;
  }

  /** A store of its own with the new image, proven and recorded. */
  private StoreOnBtrfs proven() throws IOException {
    StoreOnBtrfs other = new StoreOnBtrfs(Files.createTempDirectory(directory, "other"));
    other.pull(newLayout, "image");
    files.texts().clear();
    records = new ProofRecords(files);
    LayerProof.prove(other.graphRoot(), newImage, records);
    return other;
  }

  /** A record that claims to be of a transaction far ahead. */
  private static String later(String record) {
    TreeRecord.Header header = TreeRecord.of(bytes(record)).orElseThrow().header();
    String generation = binary("%016x".formatted(header.generation()));
    return sealed(
        record.replaceFirst(
            Pattern.quote(generation),
            Matcher.quoteReplacement(binary("%016x".formatted(header.generation() + 1_000)))));
  }

  private String text(String name) {
    return Optional.ofNullable(files.texts().get(name)).orElseThrow();
  }

  private static byte[] bytes(String record) {
    return record.getBytes(StandardCharsets.ISO_8859_1);
  }

  private String topDigest() {
    return OciLayout.open(newLayout).image("image").layers().getLast().diffId().substring(7);
  }

  private String record(String name) {
    return Optional.ofNullable(recorded.get(name)).orElseThrow();
  }

  private static Path file(Path graphRoot, String layer, String path) {
    return new StoreLayout(graphRoot).subvolume(layer).resolve(path);
  }

  private static void flip(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    content[content.length / 2] ^= 1;
    Files.write(file, content, StandardOpenOption.WRITE);
  }
}

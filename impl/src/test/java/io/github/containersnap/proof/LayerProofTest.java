package io.github.containersnap.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.linux.ExtendedAttributes;
import io.github.containersnap.oci.LayoutBuilder;
import io.github.containersnap.oci.OciImage;
import io.github.containersnap.oci.OciLayout;
import io.github.containersnap.oci.TarBuilder;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeScan;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The proof against a store that podman itself filled, on a btrfs in a loop device. Every test of
 * damage works on a copy of that store and expects a sentence that names the damage.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LayerProofTest {
  private static final byte[] CAPABILITY =
      HexFormat.of().parseHex("0100000200040000000000000000000000000000");
  private static final byte[] BINARY = {0, '=', '\n', (byte) 0xff};
  private static final String DEFAULT_LIST = // u::rwx,g::r-x,g:4:r-x,m::r-x,o::r-x
      "0200000001000700ffffffff04000500ffffffff080005000400000010000500ffffffff20000500ffffffff";
  private static final String ACCESS_LIST = // u::rw-,u:5:rwx,g::r--,m::rw-,o::--x
      "0200000001000600ffffffff020007000500000004000400ffffffff10000600ffffffff20000100ffffffff";
  private static final String LONG = "p".repeat(90) + "/" + "q".repeat(120) + "/file";

  @TempDir(cleanup = CleanupMode.ALWAYS)
  private static Path directory;

  private StoreOnBtrfs store;
  private Path layout;
  private String imageId;
  private String topLayer;
  private String baseLayer;

  @BeforeAll
  void podman_pulls_an_image_with_everything_that_is_hard() throws IOException {
    store = new StoreOnBtrfs(Files.createDirectory(directory.resolve("store")));
    layout = directory.resolve("layout");
    imageId =
        new LayoutBuilder(layout)
            .layer(base().build())
            .layer(middle().build())
            .layer(top().build())
            .image("hard", "");
    store.pull(layout, "hard");
    topLayer = LayerProof.prove(store.graphRoot(), imageId).layerId();
    baseLayer = OciLayout.open(layout).onlyImage().layers().getFirst().diffId().substring(7);
  }

  @AfterAll
  void the_loop_device_goes() {
    store.close();
  }

  private static TarBuilder base() {
    return new TarBuilder()
        .owned(5, 6)
        .file("implicit/deep/file", "x")
        .mode(02775)
        .owned(0, 50)
        .directory("setgid")
        .file("setgid/implicit/file", "y")
        .mode(0755)
        .attribute("security.capability", CAPABILITY)
        .attribute("user.binary", BINARY)
        .file("usr/bin/ping", "a program")
        .mode(04755)
        .file("usr/bin/su", "another")
        .mode(04711)
        .hardLink("usr/bin/sg", "./usr/bin/su")
        .mode(0755)
        .attribute("security.capability", CAPABILITY)
        .file("usr/bin/capable", "loses it")
        .mode(0755)
        .owned(7, 8)
        .hardLink("usr/bin/linked", "usr/bin/capable")
        .mode(0755)
        .attribute("security.capability", CAPABILITY)
        .file("usr/bin/still-capable", "keeps it")
        .mode(0755)
        .hardLink("usr/bin/same-owner", "usr/bin/still-capable")
        .symlink("bin", "usr/bin")
        .symlink("usr/up", "/../bin//x")
        .owned(3, 4)
        .hardLink("usr/up2", "usr/up")
        .file("bin/through", "a link")
        .mode(0750)
        .attribute("system.posix_acl_default", HexFormat.of().parseHex(DEFAULT_LIST))
        .directory("acl")
        .mode(0640)
        .file("acl/file", "f")
        .mode(02700)
        .directory("acl/sub")
        .file("acl/implicit/file", "f")
        .attribute("system.posix_acl_access", HexFormat.of().parseHex(ACCESS_LIST))
        .file("listed", "l")
        .file("opaque/low", "l")
        .file("opaque/dir/low", "l")
        .file("hidden", "h")
        .file("becomes-directory", "b")
        .file("becomes-file/in", "b")
        .file("hard1", "hard")
        .hardLink("hard2", "/hard1")
        .hardLink("hard3", "hard2")
        .device('3', "dev/null", 1, 3)
        .device('4', "dev/disk", 300, 70_000)
        .entry('6', "dev/pipe", "", 0622, new byte[0])
        .file("empty", "")
        .file("sparse", new byte[20_000_000])
        .file("name%FF%FE", "not UTF-8")
        .file("name%25-\u00e4", "UTF-8")
        .file(LONG, "long")
        .symlink("long-link", "z/".repeat(100));
  }

  private static TarBuilder middle() {
    return new TarBuilder()
        .mode(0711)
        .attribute("user.root", new byte[] {1})
        .directory("./")
        .mode(0755)
        .owned(1, 1)
        .attribute("user.more", new byte[] {1})
        .directory("acl")
        .file("opaque/.wh..wh..opq", "")
        .file("opaque/new", "n")
        .file(".wh.hidden", "")
        .file("nowhere/.wh.x", "")
        .directory("becomes-directory")
        .file("becomes-file", "b")
        .file("hard1", "replaced")
        .hardLink("hard4", "hard3")
        .mode(0604)
        .hardLink("listed2", "listed")
        .file("bin/.wh.through", "")
        .file("etc/motd", "from the middle");
  }

  private static TarBuilder top() {
    return new TarBuilder()
        .file("opaque/.wh.new", "")
        .file("etc/motd", "from the top")
        .attribute("trusted.kept", BINARY)
        .file("usr/bin/new", "program of the top layer")
        .hardLink("usr/bin/newer", "bin/new");
  }

  @Test
  void what_podman_unpacked_is_proven_to_be_the_image() {
    ProvenLayer proven = LayerProof.prove(store.graphRoot(), imageId);

    assertThat(proven.config().imageId()).isEqualTo(imageId);
    assertThat(proven.tree()).isEqualTo(OciLayout.open(layout).image("hard").tree());
    assertThat(TreeScan.of(proven.directory()).differencesFrom(proven.tree())).isEmpty();
    assertThat(proven.tree().entries())
        .containsKeys("name%FF%FE", LONG, "dev/disk", "usr/bin/newer")
        .doesNotContainKeys("hidden", "opaque/low", "opaque/dir", "usr/bin/through");
    TreeEntry ping = proven.tree().get("usr/bin/ping").orElseThrow();
    assertThat(ping.extendedAttributes()).containsKeys("security.capability", "user.binary");
  }

  @Test
  void an_image_that_buildah_made_of_real_files_is_proven() throws IOException {
    Path made = directory.resolve("buildah");
    String script =
        """
        set -e
        b="buildah --root $1/root --runroot $1/run --storage-driver vfs"
        mkdir -p $1/one/usr/bin $1/one/etc/d $1/two/etc/d
        echo ping > $1/one/usr/bin/ping; chmod 755 $1/one/usr/bin/ping
        setcap cap_net_raw+ep $1/one/usr/bin/ping
        ln $1/one/usr/bin/ping $1/one/usr/bin/ping4; ln -s ping $1/one/usr/bin/ping6
        mknod $1/one/etc/zero c 1 5; chmod 4755 $1/one/etc; echo gone > $1/one/etc/gone
        echo low > $1/one/etc/d/low; truncate -s 5M $1/one/etc/sparse
        c=$($b from scratch); $b add $c $1/one / > /dev/null; $b commit -q $c oci:$1/layout:one
        d=$($b from oci:$1/layout:one); m=$($b mount $d)
        rm -r $m/etc/gone $m/etc/d; mkdir $m/etc/d; echo new > $m/etc/d/new
        $b commit -q $d oci:$1/layout:two
        $b umount -a > /dev/null
        """;
    Files.createDirectory(made);
    ExternalCommand.of("sh", "-c", script, "sh", made)
        .withEnvironment("BUILDAH_ISOLATION", "chroot")
        .run();
    OciImage image = OciLayout.open(made.resolve("layout")).image("two");
    store.pull(made.resolve("layout"), "two");

    ProvenLayer proven = LayerProof.prove(store.graphRoot(), image.imageId());

    assertThat(proven.tree()).isEqualTo(image.tree());
    assertThat(proven.tree().entries()).containsKey("etc/d/new").doesNotContainKey("etc/gone");
    assertThat(proven.tree().get("usr/bin/ping").orElseThrow().extendedAttributes())
        .containsKey("security.capability");
  }

  @Test
  void a_truncated_file_of_the_top_layer_is_named() throws IOException {
    Path copy = store.copy();
    truncate(file(copy, topLayer, "usr/bin/new"));

    assertUnproven(copy, "its file /usr/bin/new has 0 bytes instead of 24");
  }

  @Test
  void a_truncated_file_of_a_lower_layer_is_named() throws IOException {
    Path copy = store.copy();
    truncate(file(copy, baseLayer, "usr/bin/ping"));

    assertUnproven(
        copy, "layer " + baseLayer + ": its file /usr/bin/ping has 0 bytes instead of 9");
  }

  @Test
  void a_file_that_only_the_top_layer_lost_is_named() throws IOException {
    Path copy = store.copy();
    truncate(file(copy, topLayer, "usr/bin/ping"));

    assertUnproven(copy, "/usr/bin/ping: content differs: 0 bytes instead of 9");
  }

  @Test
  void a_flipped_byte_is_named_in_its_own_layer_and_above() throws IOException {
    Path copy = store.copy();
    flip(file(copy, topLayer, "usr/bin/new"));
    assertUnproven(copy, "damaged are /usr/bin/new");

    Path other = store.copy();
    flip(file(other, topLayer, LONG));
    assertUnproven(other, "/" + LONG + ": content differs: 4 bytes, but other ones");
  }

  @Test
  void a_changed_mode_owner_attribute_or_link_is_named() throws IOException {
    Path copy = store.copy();
    ExternalCommand.of("chmod", "755", file(copy, topLayer, "usr/bin/su")).run();
    ExternalCommand.of("chown", "-h", "9:9", file(copy, topLayer, "usr/up")).run();
    // A change of owner drops the capability, also when the owner stays the same.
    ExternalCommand.of("chown", "0:0", file(copy, topLayer, "usr/bin/ping")).run();

    assertUnproven(
        copy,
        "differs from the image: /usr/bin/ping: extended attribute security.capability missing,"
            + " /usr/bin/sg: mode 0755 instead of 4711, /usr/bin/su: mode 0755 instead of 4711,"
            + " /usr/up: owner 9:9 instead of 3:4, /usr/up2: owner 9:9 instead of 3:4");
  }

  @Test
  void an_added_file_attribute_or_broken_hard_link_is_named() throws IOException {
    Path copy = store.copy();
    Files.writeString(file(copy, topLayer, "etc/more"), "x");
    ExtendedAttributes.set(file(copy, topLayer, "empty"), "user.x", new byte[] {1});
    Files.copy(file(copy, topLayer, "hard2"), file(copy, topLayer, "hard9"));
    Files.move(
        file(copy, topLayer, "hard9"),
        file(copy, topLayer, "hard2"),
        StandardCopyOption.REPLACE_EXISTING);

    assertUnproven(
        copy,
        "/empty: extended attribute user.x not expected, /etc/more: not expected,"
            + " /hard2: a file of its own instead of a hard link of /hard2");
  }

  @Test
  void a_link_out_of_the_layer_is_not_followed() throws IOException {
    Path copy = store.copy();
    Path program = file(copy, topLayer, "usr/bin/new");
    Path outside = Files.copy(program, directory.resolve("outside"));
    Files.delete(program);
    Files.createSymbolicLink(program, outside);

    assertUnproven(copy, "its file /usr/bin/new is no regular file any more");
  }

  @Test
  void damaged_lists_are_named() throws IOException {
    for (String name : new String[] {"btrfs-layers/layers.json", "btrfs-images/images.json"}) {
      Path copy = store.copy();
      Path list = copy.resolve(name);
      byte[] bytes = Files.readAllBytes(list);
      Files.write(list, Arrays.copyOf(bytes, bytes.length / 2));
      assertUnproven(copy, list + " cannot be read: Unexpected end-of-input");
      Files.write(list, new byte[0]);
      assertUnproven(copy, list + " is not a list");
      Files.writeString(list, "[]");
      assertUnproven(copy, list + " does not list the ");
      Files.delete(list);
      assertUnproven(copy, list.toString());
    }
  }

  @Test
  void a_damaged_record_of_an_archive_is_named() throws IOException {
    Path copy = store.copy();
    Path tarSplit = copy.resolve("btrfs-layers").resolve(topLayer + ".tar-split.gz");
    byte[] bytes = Files.readAllBytes(tarSplit);
    Files.write(tarSplit, Arrays.copyOf(bytes, bytes.length / 2));
    assertUnproven(copy, tarSplit + " cannot be read: Unexpected end of ZLIB input stream");
    Files.write(tarSplit, new byte[0]);
    assertUnproven(copy, tarSplit + " cannot be read: EOFException");
    Files.write(tarSplit, new byte[bytes.length]);
    assertUnproven(copy, tarSplit + " cannot be read: Not in GZIP format");
    Files.delete(tarSplit);
    assertUnproven(copy, tarSplit.toString());
  }

  @Test
  void a_damaged_configuration_is_named() throws IOException {
    Path copy = store.copy();
    Path config = new StoreLayout(copy).config(imageId);
    String text = Files.readString(config);
    Files.writeString(config, text.replace("2026", "2027"));
    assertUnproven(copy, "its configuration " + config + " has the digest ");
    Files.writeString(config, "");
    assertUnproven(copy, "its configuration " + config + " has the digest e3b0c44298fc1c14");
    Files.delete(config);
    assertUnproven(copy, "its configuration " + config + " cannot be read");
  }

  @Test
  void a_missing_subvolume_and_an_unknown_image_are_named() {
    Path copy = store.copy();
    ExternalCommand.of("btrfs", "subvolume", "delete", file(copy, topLayer, "")).run();

    assertUnproven(copy, "subvolume: " + file(copy, topLayer, "") + " is missing");
    assertThatThrownBy(() -> LayerProof.prove(copy, "../x"))
        .hasMessage(
            ("What the store %s holds for image ../x is not proven: the image id is not 64"
                    + " hexadecimal digits. Remove the image from the store and pull it again.")
                .formatted(copy));
  }

  @Test
  void a_record_that_gives_one_files_bytes_for_anothers_hides_nothing() throws IOException {
    Path copy = store.copy();
    // The content of /etc/motd becomes that of /usr/bin/new and the other way round, and the
    // record is made to fetch each from where it now is: the archive's digest is right again.
    Path motd = file(copy, topLayer, "etc/motd");
    Path program = file(copy, topLayer, "usr/bin/new");
    byte[] content = Files.readAllBytes(motd);
    Files.write(motd, Files.readAllBytes(program));
    Files.write(program, content);
    Path tarSplit = copy.resolve("btrfs-layers").resolve(topLayer + ".tar-split.gz");
    String swap =
        "gunzip -c \"$1\" | sed -e 's#\"etc/motd\"#\"SWAP\"#;s#\"usr/bin/new\"#\"etc/motd\"#;"
            + "s#\"SWAP\"#\"usr/bin/new\"#' | gzip > \"$1.new\" && mv \"$1.new\" \"$1\"";
    ExternalCommand.of("sh", "-c", swap, "sh", tarSplit).run();

    assertUnproven(copy, "/etc/motd: content differs: 24 bytes instead of 12");
  }

  private void assertUnproven(Path graphRoot, String why) {
    assertThatThrownBy(() -> LayerProof.prove(graphRoot, imageId))
        .isInstanceOf(UnprovenLayerException.class)
        .hasMessageStartingWith("What the store " + graphRoot + " holds for image " + imageId)
        .hasMessageContaining(why);
  }

  private static Path file(Path graphRoot, String layer, String path) {
    return new StoreLayout(graphRoot).subvolume(layer).resolve(path);
  }

  private static void truncate(Path file) throws IOException {
    Files.write(file, new byte[0]);
  }

  private static void flip(Path file) throws IOException {
    try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
      int first = content.read();
      content.seek(0);
      content.write(first ^ 1);
    }
  }
}

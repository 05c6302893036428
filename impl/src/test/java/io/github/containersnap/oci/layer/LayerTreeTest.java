package io.github.containersnap.oci.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.oci.TarBuilder;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayerTreeTest {
  private static final byte[] CAPABILITY =
      HexFormat.of().parseHex("0100000200040000000000000000000000000000");

  @Test
  void whiteouts_hide_what_lies_below_and_not_what_the_layer_brings() throws IOException {
    TreeManifest tree =
        tree(
            layer().file("kept", "1").file("hidden", "1").file("d/low", "1").file("d/s/low", "1"),
            layer()
                .file(".wh.hidden", "")
                .file("d/own", "2")
                .file("d/.wh..wh..opq", "")
                .file("d/after", "2"));

    assertThat(tree.entries().keySet()).containsExactly("", "d", "d/after", "d/own", "kept");
  }

  @Test
  void directories_are_merged_and_everything_else_is_replaced() throws IOException {
    TreeManifest tree =
        tree(
            layer()
                .mode(0700)
                .attribute("user.a", new byte[] {1})
                .directory("d")
                .file("d/in", "1")
                .file("to-directory", "1")
                .file("to-file/in", "1"),
            layer()
                .mode(0711)
                .owned(1, 2)
                .directory("d/")
                .directory("to-directory")
                .file("to-file", "2"));

    assertThat(tree.entries().keySet()).containsExactly("", "d", "d/in", "to-directory", "to-file");
    TreeEntry merged = tree.get("d").orElseThrow();
    assertThat(merged.mode()).isEqualTo(0711);
    assertThat(merged.uid()).isEqualTo(1);
    assertThat(merged.extendedAttributes()).containsEntry("user.a", "01");
    assertThat(tree.get("to-file").orElseThrow().kind()).isEqualTo(FileKind.FILE);
  }

  @Test
  void entries_go_through_links_inside_the_root() throws IOException {
    TreeManifest tree =
        tree(
            layer()
                .directory("usr/lib")
                .symlink("lib", "/usr/lib")
                .symlink("usr/up", "../lib/x/..")
                .directory("lib/x")
                .file("lib/new/file", "1"),
            layer().file("usr/up/two", "2").file("lib/new/.wh.file", ""));

    assertThat(tree.entries().keySet())
        .containsExactly(
            "", "lib", "usr", "usr/lib", "usr/lib/new", "usr/lib/two", "usr/lib/x", "usr/up");
  }

  @Test
  void a_hard_link_is_the_same_file_and_its_entry_changes_it() throws IOException {
    TreeManifest tree =
        tree(
            layer()
                .mode(0755)
                .attribute("security.capability", CAPABILITY)
                .file("b", "1")
                .mode(04711)
                .owned(5, 6)
                .hardLink("a", "./b"),
            layer().hardLink("c", "/b").file("a", "2"));

    assertThat(tree.get("b").orElseThrow().hardLinkGroup()).isEqualTo("b");
    assertThat(tree.get("c").orElseThrow().hardLinkGroup()).isEqualTo("b");
    assertThat(tree.get("a").orElseThrow().hardLinkGroup()).isEmpty();
    assertThat(tree.get("b").orElseThrow().mode()).isEqualTo(0644);
    assertThat(tree.get("b").orElseThrow().extendedAttributes()).isEmpty();
  }

  @Test
  void what_leads_out_of_the_root_is_refused() {
    assertRefused(layer().file("../x", ""), "contains \"..\"");
    assertRefused(layer().file("/a/../../x", ""), "contains \"..\"");
    assertRefused(
        layer().directory("a").symlink("a/out", "../../etc").file("a/out/x", ""),
        "goes through the link \"out\" to \"../../etc\" and so"
            + " goes through a link that points out of the root");
    assertRefused(layer().hardLink("x", "../etc/shadow"), "which contains \"..\"");
    assertRefused(layer().hardLink("x", "none"), "hard link to \"none\", which does not exist");
    assertRefused(layer().directory("d").hardLink("x", "d"), "which is a directory");
    assertRefused(layer().file("x", "").hardLink("/x", "x"), "which does not exist");
    assertRefused(layer().file("./", ""), "replaces the root directory");
  }

  @Test
  void what_leads_through_something_else_than_a_directory_is_refused() {
    assertRefused(layer().file("f", "").file("f/x", ""), "goes through \"f\", which is a file");
    assertRefused(
        layer().symlink("l", "none").file("l/x", ""),
        "goes through the link \"l\" to \"none\" and so"
            + " goes through \"none\", which does not exist");
    assertRefused(
        layer().symlink("a", "b").symlink("b", "a").file("a/x", ""), "more than 40 links");
  }

  @Test
  void whiteouts_of_nothing_nameable_are_refused() {
    for (String name : List.of(".wh.", ".wh..", ".wh...", ".wh..wh.x", ".wh..wh..wh.x")) {
      assertRefused(layer().file("d/" + name, ""), "whiteout of no name that a file can have");
    }
    assertRefused(layer().directory(".wh.x"), "is no regular file");
    assertRefused(layer().file(".wh.x/y", ""), "lies below a whiteout");
    assertRefused(
        layer().file("f", "").file("f/.wh..wh..opq", ""),
        "makes something opaque that is no directory: it goes through \"f\", which is a file");
  }

  /** A few compressed kilobytes would otherwise take hours. */
  @Test
  void opaque_whiteouts_inside_each_other_are_refused_before_they_take_long() {
    TarBuilder nested = layer();
    StringBuilder directory = new StringBuilder();
    for (int depth = 0; depth < 1200; depth++) {
      directory.append("d/");
      nested.directory(directory.toString());
    }
    for (int depth = 1200; depth > 0; depth--) {
      nested.file("d/".repeat(depth) + ".wh..wh..opq", "");
    }
    assertRefused(nested, "makes a directory opaque again and again");
  }

  @Test
  void a_name_that_comes_twice_is_refused_as_podman_does() {
    assertRefused(layer().file("a", "1").file("./a", "2"), "comes twice in the layer");
    assertRefused(layer().directory("d/").directory("d"), "comes twice in the layer");
    assertRefused(layer().file(".wh.a", "").file(".wh.a", ""), "comes twice in the layer");
  }

  @Test
  void a_name_is_another_one_with_a_slash_before_it() throws IOException {
    TreeManifest tree = tree(layer().file("a", "1").file("/a", "22"));

    assertThat(tree.get("a").orElseThrow().size()).isEqualTo(2);
  }

  @Test
  void a_global_header_takes_the_place_of_a_file() throws IOException {
    TreeManifest tree =
        tree(
            layer().file("x", "1"),
            layer()
                .entry('g', "x", "", 0644, new byte[0])
                .entry('g', "d/y", "", 0644, new byte[0]));

    assertThat(tree.entries().keySet()).containsExactly("", "d");
  }

  @Test
  void an_attribute_that_a_file_cannot_have_is_refused_as_podman_does() {
    byte[] one = {1};
    assertRefused(layer().attribute("user.a", one).symlink("l", "t"), "only files and directories");
    assertRefused(
        layer().attribute("user.a", one).entry('6', "p", "", 0644, new byte[0]), "user.a");
    assertRefused(layer().attribute("user.", one).file("f", ""), "which has no name");
    assertRefused(layer().attribute("", one).file("f", ""), "a name of 0 bytes");
    assertRefused(layer().attribute("user." + "n".repeat(251), one).file("f", ""), "256 bytes");
    assertRefused(layer().attribute("user.a", new byte[16_223]).file("f", ""), "16,223 bytes");
    assertRefused(layer().attribute("btrfs.compression", bytes("best")).file("f", ""), "malformed");
    assertRefused(layer().attribute("btrfs.other", bytes("zstd")).file("f", ""), "malformed");
    assertRefused(
        layer().attribute("security.capability", new byte[] {1, 0, 0, 2}).file("f", ""),
        "malformed extended attribute security.capability");
  }

  @Test
  void an_access_control_list_that_the_kernel_does_not_take_is_refused() {
    String userAlone = "0200000001000700ffffffff";
    String basic = userAlone + "04000500ffffffff20000500ffffffff";
    String named = userAlone + "0200060005000000" + basic.substring(userAlone.length());
    String twice = userAlone + basic.substring("02000000".length());
    for (String list : List.of("02000000ff", userAlone, named, twice, "0200000003000700ffffffff")) {
      for (TarBuilder layer : List.of(withList("access", list), withList("default", list))) {
        assertRefused(layer.directory("d"), "has a malformed system.posix_acl_");
      }
      assertRefused(withList("access", list).symlink("l", "t"), "has a malformed");
    }
    assertRefused(withList("default", basic).file("f", ""), "which only directories can have");
  }

  private static TarBuilder withList(String which, String list) {
    return layer().attribute("system.posix_acl_" + which, HexFormat.of().parseHex(list));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void a_refusal_names_layer_entry_and_reason_in_one_sentence() {
    assertThatThrownBy(() -> tree(layer().file("../x", "")))
        .hasMessage(
            "Layer sha256:0 is refused: its entry \"../x\" contains \"..\","
                + " which could lead out of the root.");
  }

  @Test
  void names_and_paths_beyond_what_linux_has_are_refused() {
    assertRefused(layer().file("n".repeat(256), ""), "longer than 255 bytes");
    assertRefused(layer().file("n/".repeat(2_048) + "n", ""), "path longer than 4,095 bytes");
    assertRefused(layer().file("n/".repeat(500_000) + "n", ""), "path longer than 4,095 bytes");
    assertRefused(layer().symlink("l", "n/".repeat(2_048)), "target longer than 4,095 bytes");
  }

  @Test
  void an_image_of_more_names_than_memory_is_refused() {
    byte[] deep = layer().file("a" + "/n".repeat(2_000), "").build();
    LayerTree tree = new LayerTree(new MetadataBudget(1_000_000));

    assertThatThrownBy(() -> tree.apply("sha256:0", new ByteArrayInputStream(deep)))
        .isInstanceOf(HostileLayerException.class)
        .hasMessageContaining("names and attributes to more than 1,000,000 bytes of memory");
  }

  @Test
  void devices_are_recorded() throws IOException {
    TreeManifest tree = tree(layer().device('3', "null", 1, 3).device('4', "disk", 8, 300));

    assertThat(tree.get("null").orElseThrow().deviceNumber()).isEqualTo(0x103);
    assertThat(tree.get("disk").orElseThrow().deviceNumber()).isEqualTo(0x10082c);
  }

  private static void assertRefused(TarBuilder layer, String why) {
    assertThatThrownBy(() -> tree(layer))
        .isInstanceOf(HostileLayerException.class)
        .hasMessageContaining(why);
  }

  private static TarBuilder layer() {
    return new TarBuilder();
  }

  private static TreeManifest tree(TarBuilder... layers) throws IOException {
    LayerTree tree = new LayerTree();
    List<TarBuilder> all = new ArrayList<>(List.of(layers));
    for (int i = 0; i < all.size(); i++) {
      tree.apply("sha256:" + i, new ByteArrayInputStream(all.get(i).build()));
    }
    return tree.manifest();
  }
}

package io.github.containersnap.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.linux.EscapedBytes;
import io.github.containersnap.linux.ExtendedAttributes;
import io.github.containersnap.linux.PathBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeScanTest {
  private static final String SHA256_OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @TempDir Path root;

  @Test
  void a_file_is_recorded_with_size_content_and_mode() throws IOException {
    Files.writeString(root.resolve("file"), "abc");
    run("chmod", "4750", root.resolve("file"));

    TreeEntry entry = scanned("file");

    assertThat(entry.kind()).isEqualTo(FileKind.FILE);
    assertThat(entry.size()).isEqualTo(3);
    assertThat(entry.contentDigest()).isEqualTo(SHA256_OF_ABC);
    assertThat(entry.mode()).isEqualTo(04750);
  }

  @Test
  void names_and_targets_that_are_not_utf_8_neither_crash_nor_collide() throws IOException {
    for (String name : List.of("%FF", "%FE", "%25FF", "\u00e4", "a b", "line%0Abreak")) {
      Files.writeString(PathBytes.under(root, EscapedBytes.toBytes("d" + name)), name);
    }
    run("sh", "-c", "ln -s \"$(printf 'x//\\374/')\" \"$0\"", root.resolve("link"));

    TreeManifest tree = TreeScan.of(root);

    assertThat(tree.entries().keySet())
        .containsExactlyInAnyOrder(
            "", "d%FF", "d%FE", "d%25FF", "d\u00e4", "da b", "dline%0Abreak", "link");
    assertThat(tree.get("link").orElseThrow().linkTarget()).isEqualTo("x//%FC/");
    assertThat(tree.get("d%FE").orElseThrow().size()).isEqualTo(3);
  }

  @Test
  void the_names_of_one_file_are_one_group_named_by_the_smallest() throws IOException {
    Files.writeString(root.resolve("b"), "abc");
    Files.createLink(root.resolve("a"), root.resolve("b"));
    Files.writeString(root.resolve("alone"), "abc");

    TreeManifest tree = TreeScan.of(root);

    assertThat(tree.get("b").orElseThrow().hardLinkGroup()).isEqualTo("a");
    assertThat(tree.get("a").orElseThrow().hardLinkGroup()).isEqualTo("a");
    assertThat(tree.get("alone").orElseThrow().hardLinkGroup()).isEmpty();
    assertThat(tree.without("a"::equals).get("b").orElseThrow().hardLinkGroup()).isEmpty();
  }

  @Test
  void devices_pipes_and_links_are_recorded_not_followed() throws IOException {
    run("mknod", root.resolve("null"), "c", "1", "3");
    run("mkfifo", root.resolve("pipe"));
    Files.createSymbolicLink(root.resolve("out"), Path.of("/etc"));

    assertThat(scanned("null").deviceNumber()).isEqualTo(0x103);
    assertThat(scanned("null").kind()).isEqualTo(FileKind.CHARACTER_DEVICE);
    assertThat(scanned("pipe").kind()).isEqualTo(FileKind.FIFO);
    assertThat(scanned("out").linkTarget()).isEqualTo("/etc");
    assertThat(TreeScan.of(root).entries()).hasSize(4);
  }

  @Test
  void extended_attributes_of_every_namespace_are_seen() throws IOException {
    Path file = Files.writeString(root.resolve("file"), "abc");
    byte[] capability = {1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    ExtendedAttributes.set(file, "security.capability", capability);
    ExtendedAttributes.set(file, "trusted.long", new byte[2_000]);
    ExtendedAttributes.set(file, "user.nul", new byte[] {0, (byte) 0xff});
    ExtendedAttributes.set(file, "user.empty", new byte[0]);

    assertThat(scanned("file").extendedAttributes())
        .containsEntry("security.capability", "0100000200040000000000000000000000000000")
        .containsEntry("trusted.long", "00".repeat(2_000))
        .containsEntry("user.nul", "00ff")
        .containsEntry("user.empty", "");
  }

  @Test
  void an_attribute_the_kernel_refuses_is_named_with_call_path_and_error() {
    assertThatThrownBy(() -> ExtendedAttributes.set(root.resolve("none"), "user.a", new byte[1]))
        .hasMessage("lsetxattr(user.a) on " + root.resolve("none") + " failed: ENOENT");
  }

  @Test
  void a_directory_that_is_not_there_is_named() {
    assertThatThrownBy(() -> TreeScan.of(root.resolve("none")))
        .isInstanceOf(TreeReadException.class)
        .hasMessageContaining(root.resolve("none").toString());
  }

  @Test
  void equal_trees_have_equal_digests_whatever_their_times() throws IOException {
    Files.writeString(root.resolve("file"), "abc", StandardCharsets.UTF_8);
    String before = TreeScan.of(root).digest();
    run("touch", "-d", "2001-01-01", root.resolve("file"));
    assertThat(TreeScan.of(root).digest()).isEqualTo(before).matches("[0-9a-f]{64}");
    run("chown", "1:2", root.resolve("file"));
    assertThat(TreeScan.of(root).digest()).isNotEqualTo(before);
  }

  private TreeEntry scanned(String path) {
    return TreeScan.of(root).get(path).orElseThrow();
  }

  private static void run(Object... command) {
    ExternalCommand.of(command).run();
  }
}

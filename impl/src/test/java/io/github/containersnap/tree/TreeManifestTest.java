package io.github.containersnap.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TreeManifestTest {
  private static final TreeEntry DIRECTORY = entry(FileKind.DIRECTORY, 0755, 0, "", "", Map.of());

  @Test
  void links_are_followed_inside_the_root_and_dots_never_leave_it() {
    TreeManifest tree =
        TreeManifest.of(
            Map.of(
                "", DIRECTORY,
                "usr", DIRECTORY,
                "usr/lib", DIRECTORY,
                "usr/lib/init", file(3, "aa"),
                "lib", link("usr/lib"),
                "absolute", link("/lib/init"),
                "climbing", link("../../../../usr/./lib//init"),
                "loop", link("loop"),
                "dangling", link("usr/none")));

    assertThat(tree.resolve("lib/init")).contains("usr/lib/init");
    assertThat(tree.resolve("/absolute")).contains("usr/lib/init");
    assertThat(tree.resolve("usr/../climbing")).contains("usr/lib/init");
    assertThat(tree.resolve("..")).contains("");
    assertThat(tree.resolve("loop")).isEqualTo(Optional.empty());
    assertThat(tree.resolve("dangling")).isEmpty();
    assertThat(tree.resolve("usr/lib/init/..")).isEmpty();
  }

  @Test
  void differences_say_in_words_what_is_not_as_expected() {
    TreeManifest expected =
        TreeManifest.of(
            Map.of(
                "", DIRECTORY,
                "cut", file(1_131_784, "aa"),
                "flipped", file(5, "aa"),
                "gone", file(5, "aa"),
                "kind", file(5, "aa"),
                "link", link("a"),
                "mode", entry(FileKind.FILE, 0755, 0, "", "", Map.of("user.a", "00"))));
    TreeManifest found =
        TreeManifest.of(
            Map.of(
                "", DIRECTORY,
                "cut", file(0, "bb"),
                "flipped", file(5, "bb"),
                "kind", DIRECTORY,
                "link", link("b"),
                "mode", entry(FileKind.FILE, 0644, 0, "", "", Map.of("user.b", "00")),
                "more", file(5, "aa")));

    List<String> words =
        found.differencesFrom(expected).stream().map(TreeDifference::toString).toList();

    assertThat(words)
        .containsExactly(
            "/cut: content differs: 0 bytes instead of 1,131,784",
            "/flipped: content differs: 5 bytes, but other ones",
            "/gone: missing",
            "/kind: a directory instead of a file",
            "/link: link to \"b\" instead of \"a\"",
            "/mode: mode 0644 instead of 0755; extended attribute user.a missing;"
                + " extended attribute user.b not expected",
            "/more: not expected");
    assertThat(found.differencesFrom(found)).isEmpty();
  }

  @Test
  void a_subtree_is_a_tree_of_its_own() {
    TreeManifest tree =
        TreeManifest.of(
            Map.of(
                "",
                DIRECTORY,
                "a",
                file(1, "aa").inHardLinkGroup("group"),
                "etc",
                DIRECTORY,
                "etc-old",
                DIRECTORY,
                "etc/b",
                file(1, "aa").inHardLinkGroup("group"),
                "etc/c",
                file(1, "aa").inHardLinkGroup("group")));

    TreeManifest etc = tree.subtree("etc");

    assertThat(etc.entries().keySet()).containsExactly("", "b", "c");
    assertThat(etc.get("c").orElseThrow().hardLinkGroup()).isEqualTo("b");
    assertThat(tree.get("etc/c").orElseThrow().hardLinkGroup()).isEqualTo("a");
    assertThat(tree.subtree("none").entries()).isEmpty();
  }

  private static TreeEntry file(long size, String digest) {
    return entry(FileKind.FILE, 0644, size, digest, "", Map.of());
  }

  private static TreeEntry link(String target) {
    return entry(FileKind.SYMLINK, 0777, 0, "", target, Map.of());
  }

  private static TreeEntry entry(
      FileKind kind, int mode, long size, String digest, String target, Map<String, String> more) {
    SortedMap<String, String> attributes = new TreeMap<>(more);
    return new TreeEntry(kind, mode, 0, 0, size, digest, target, 0, attributes, "");
  }
}

package io.github.containersnap.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.oci.TarBuilder;
import io.github.containersnap.oci.layer.LayerTree;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.PathResolution;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A base of a few directories, a layer on it, and subvolumes that a kernel might show. */
class LayerComparisonTest {
  private final Map<String, Long> numbers = new HashMap<>();
  private long lastNumber = SubvolumeTree.ROOT;
  private TreeManifest baseTree;
  private ProvenTree ground;
  private Map<Long, FoundInode> base;

  @BeforeEach
  void a_base_is_proven() throws IOException {
    LayerTree layers = new LayerTree();
    byte[] archive =
        new TarBuilder()
            .mode(0755)
            .file("a/one", "one")
            .file("a/two", "two")
            .file("b/c/deep", "deep")
            .file("b/c/deeper", "deeper")
            .file("b/linked", "linked")
            .hardLink("a/link", "b/linked")
            .file("b/far", "far")
            .hardLink("d/far", "b/far")
            .symlink("link", "a")
            .build();
    layers.apply("sha256:base", new ByteArrayInputStream(archive));
    baseTree = layers.manifest();
    base = inodes(baseTree);
    ground = ProvenTree.of(record(base, baseTree, ""));
  }

  private static TarBuilder layer() {
    return new TarBuilder()
        .mode(0755)
        .file("a/two", "another two")
        .file("a/new", "new")
        .file("b/c/.wh.deep", "")
        .mode(0700)
        .hardLink("b/c/third", "b/linked")
        .mode(0755)
        .file("new/directory/file", "f");
  }

  @Test
  void the_ground_is_what_was_recorded() {
    assertThat(TreeManifest.of(ground)).isEqualTo(baseTree);
    assertThat(ground.get("b/c/deep")).isEqualTo(baseTree.get("b/c/deep"));
    assertThat(ground.get("a/link")).isEqualTo(baseTree.get("a/link"));
    assertThat(ground.get("link/one")).isEmpty();
    assertThat(ground.names("b")).containsExactly("c", "far", "linked");
  }

  @Test
  void a_layer_that_was_unpacked_as_it_says_is_proven() throws IOException {
    LayerTree expected = applied(layer());
    Map<Long, FoundInode> found = changed(applied(layer()).manifest());

    Map<Long, String> digests = compare(found, expected);

    assertThat(numbersOf(found)).doesNotContain(number("b/far"), number("a/one"));
    TreeRecord above = record(found, expected.manifest(), ground.record().seal());
    assertThat(digests).containsEntry(number("a/two"), digest(expected, "a/two"));
    assertThat(TreeManifest.of(ground.with(above))).isEqualTo(applied(layer()).manifest());
  }

  @Test
  void without_a_layer_nothing_may_have_changed() throws IOException {
    assertThat(compare(Map.of(), new LayerTree(ground))).isEmpty();
    assertThat(compare(base, new LayerTree(ground))).isNotEmpty();
  }

  @Test
  void without_a_ground_everything_is_compared() throws IOException {
    LayerTree expected = applied(layer());
    Map<Long, FoundInode> all = inodes(applied(layer()).manifest());

    new LayerComparison(all, Optional.empty(), contents()).compare(expected.root());
    all.remove(number("b/far"));
    assertThatThrownBy(
            () ->
                new LayerComparison(all, Optional.empty(), contents())
                    .compare(applied(layer()).root()))
        .isInstanceOf(DamagedStoreException.class);
  }

  @Test
  void what_the_layer_brings_and_the_subvolume_lacks_is_found() throws IOException {
    for (String path :
        List.of("a/two", "a/new", "b/c/third", "new", "new/directory", "new/directory/file")) {
      Map<Long, FoundInode> found = changed(without(applied(layer()).manifest(), path));

      assertRefused(found, layer());
    }
    assertRefused(Map.of(), layer());
    assertRefused(Map.of(), new TarBuilder().file("a/.wh.one", ""));
    assertRefused(Map.of(), new TarBuilder().mode(0700).directory("b/c"));
  }

  @Test
  void what_the_subvolume_has_and_no_layer_brought_is_found() throws IOException {
    LayerTree more = applied(layer());
    more.apply(
        "sha256:more", new ByteArrayInputStream(new TarBuilder().file("b/c/more", "more").build()));
    assertRefused(changed(more.manifest()), layer());
  }

  @Test
  void a_changed_mode_length_or_content_is_found() throws IOException {
    for (TarBuilder change :
        List.of(
            new TarBuilder().mode(0700).hardLink("b/far", "b/far2"),
            new TarBuilder().file("b/c/deeper", "DEEPER"),
            new TarBuilder().file("b/c/deeper", "much deeper"),
            new TarBuilder().mode(0700).directory("b"),
            new TarBuilder().symlink("link", "b"),
            new TarBuilder().attribute("user.a", new byte[] {1}).directory("d"))) {
      LayerTree other = applied(new TarBuilder().hardLink("b/far2", "b/far"));
      other.apply("sha256:change", new ByteArrayInputStream(change.build()));
      assertRefused(changed(other.manifest()), new TarBuilder().hardLink("b/far2", "b/far"));
    }
  }

  @Test
  void a_file_whose_names_are_not_the_expected_ones_is_found() throws IOException {
    // The layer brings a copy of its own; the subvolume has the base's file there still.
    TarBuilder copy = new TarBuilder().mode(0755).file("d/far", "far");
    assertRefused(Map.of(), copy);
    assertRefused(Map.of(number("d/far"), inode("d/far")), copy);
    // The other way round.
    assertRefused(changed(applied(copy).manifest()), new TarBuilder().mode(0755).directory("d"));
  }

  @Test
  void new_files_that_are_one_or_two_where_they_should_not_be_are_found() throws IOException {
    TarBuilder two = new TarBuilder().mode(0755).file("x", "same").file("y", "same");
    TarBuilder one = new TarBuilder().mode(0755).file("x", "same").hardLink("y", "x");
    assertRefused(changed(applied(two).manifest()), one);
    assertRefused(changed(applied(one).manifest()), two);
    assertThat(compare(changed(applied(one).manifest()), applied(one))).hasSize(1);
    assertThat(compare(changed(applied(two).manifest()), applied(two))).hasSize(2);
  }

  @Test
  void directories_that_changed_places_are_found() {
    Map<Long, FoundInode> found = new TreeMap<>();
    found.put(number(""), children(inode(""), Map.of("a", number("d"), "d", number("a"))));
    assertRefused(found, layer());
    assertRefused(found, new TarBuilder().mode(0755).file("d/far", "far"));
  }

  @Test
  void an_inode_that_is_not_where_it_says_is_found() {
    FoundInode stray = inode("b/c/deep");
    Map<Long, FoundInode> found = new TreeMap<>(Map.of(9_999L, renumbered(stray, 9_999)));
    assertRefused(found, new TarBuilder().mode(0755).directory("d"));
  }

  private void assertRefused(Map<Long, FoundInode> found, TarBuilder layer) {
    assertThatThrownBy(() -> compare(found, applied(layer)))
        .isInstanceOf(DamagedStoreException.class);
  }

  private Map<Long, String> compare(Map<Long, FoundInode> found, LayerTree expected)
      throws IOException {
    return new LayerComparison(found, Optional.of(ground), contents()).compare(expected.root());
  }

  private final Map<Long, String> held = new HashMap<>();

  private LayerComparison.Contents contents() {
    return (path, inode) -> Optional.ofNullable(held.get(inode.number())).orElseThrow();
  }

  private LayerTree applied(TarBuilder layer) throws IOException {
    LayerTree tree = new LayerTree(ground);
    tree.apply("sha256:layer", new ByteArrayInputStream(layer.build()));
    return tree;
  }

  /** What a kernel would show of the inodes of a tree that differ from the base's. */
  private Map<Long, FoundInode> changed(TreeManifest tree) {
    Map<String, Long> before = Map.copyOf(numbers);
    for (Map.Entry<String, TreeEntry> entry : tree.entries().entrySet()) {
      Optional<TreeEntry> old = baseTree.get(entry.getKey());
      boolean same =
          old.isPresent()
              && (entry.getValue().kind() == FileKind.DIRECTORY
                  || (old.get().contentDigest().equals(entry.getValue().contentDigest())
                      && old.get().hardLinkGroup().equals(entry.getValue().hardLinkGroup())
                      && old.get().linkTarget().equals(entry.getValue().linkTarget())));
      if (!same && entry.getValue().hardLinkGroup().isEmpty()) {
        numbers.put(entry.getKey(), ++lastNumber);
      }
    }
    Map<Long, FoundInode> all = inodes(tree);
    all.values().removeIf(inode -> inode.equals(base.get(inode.number())));
    assertThat(before).isNotEmpty();
    return all;
  }

  private Map<Long, FoundInode> inodes(TreeManifest tree) {
    Map<Long, List<FoundInode.Name>> names = new HashMap<>();
    Map<Long, Map<String, Long>> children = new HashMap<>();
    for (String path : tree.entries().keySet()) {
      TreeEntry entry = tree.get(path).orElseThrow();
      String first = entry.hardLinkGroup().isEmpty() ? path : entry.hardLinkGroup();
      long number = numbers.computeIfAbsent(first, at -> at.isEmpty() ? lastNumber : ++lastNumber);
      numbers.put(path, number);
      held.put(number, entry.contentDigest());
      String parent = PathResolution.parent(path);
      String name = path.isEmpty() ? ".." : path.substring(path.lastIndexOf('/') + 1);
      names
          .computeIfAbsent(number, none -> new ArrayList<>())
          .add(new FoundInode.Name(number(parent), name));
      if (!path.isEmpty()) {
        children.computeIfAbsent(number(parent), none -> new HashMap<>()).put(name, number);
      }
    }
    Map<Long, FoundInode> all = new TreeMap<>();
    tree.entries()
        .forEach(
            (path, entry) -> {
              long number = number(path);
              List<FoundInode.Name> named = names.getOrDefault(number, List.of());
              all.put(
                  number,
                  new FoundInode(
                      number,
                      entry.kind(),
                      entry.mode(),
                      entry.uid(),
                      entry.gid(),
                      entry.size(),
                      entry.deviceNumber(),
                      entry.extendedAttributes(),
                      entry.linkTarget(),
                      named.size(),
                      1,
                      false,
                      named,
                      children.getOrDefault(number, Map.of())));
            });
    return all;
  }

  private static FoundInode children(FoundInode directory, Map<String, Long> moved) {
    Map<String, Long> children = new HashMap<>(directory.children());
    children.putAll(moved);
    return new FoundInode(
        directory.number(),
        directory.kind(),
        directory.mode(),
        directory.uid(),
        directory.gid(),
        0,
        0,
        directory.extendedAttributes(),
        "",
        1,
        1,
        false,
        directory.names(),
        children);
  }

  private static FoundInode renumbered(FoundInode file, long number) {
    return new FoundInode(
        number,
        file.kind(),
        file.mode(),
        file.uid(),
        file.gid(),
        file.size(),
        0,
        file.extendedAttributes(),
        "",
        1,
        1,
        false,
        file.names(),
        Map.of());
  }

  private static TreeManifest without(TreeManifest tree, String path) {
    return tree.without(at -> at.equals(path) || at.startsWith(path + "/"));
  }

  private FoundInode inode(String path) {
    return Optional.ofNullable(base.get(number(path))).orElseThrow();
  }

  private long number(String path) {
    return Optional.ofNullable(numbers.get(path)).orElseThrow();
  }

  private static List<Long> numbersOf(Map<Long, FoundInode> found) {
    return List.copyOf(found.keySet());
  }

  private static String digest(LayerTree tree, String path) {
    return tree.manifest().get(path).orElseThrow().contentDigest();
  }

  private TreeRecord record(Map<Long, FoundInode> inodes, TreeManifest tree, String below)
      throws IOException {
    Map<Long, String> digests = new HashMap<>();
    tree.entries().forEach((path, entry) -> digests.put(number(path), entry.contentDigest()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TreeRecord.write(
        out,
        new TreeRecord.Header("", new UUID(0, 0), 1, List.of("sha256:base"), below),
        inodes.values(),
        digests);
    return TreeRecord.of(out.toByteArray()).orElseThrow();
  }
}

package io.github.containersnap.etc;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

/** The plan against a model that says, path by path, what the merged /etc has there. */
class EtcMergeModelProperties {
  private static final List<String> PATHS =
      List.of("a", "a-", "d", "d/x", "d/y", "d/z", "d/z/deep", "machine-id");

  @Property(tries = 4000)
  void the_result_is_what_the_rules_say_of_each_path(
      @ForAll("trees") EtcSketch came,
      @ForAll("trees") EtcSketch local,
      @ForAll("trees") EtcSketch offered) {
    EtcMergePlan plan = EtcSketch.plan(came, local, offered);

    Model model = new Model(came.entries(), local.entries(), offered.entries());
    SortedMap<String, TreeEntry> expected = new TreeMap<>();
    expected.put("", came.at(""));
    for (String path : PATHS) {
      TreeEntry entry = model.at(path);
      if (entry != null) {
        expected.put(path, entry);
      }
    }
    assertThat(withoutLinks(plan.result())).isEqualTo(expected);
  }

  @Property(tries = 4000)
  void the_actions_come_to_the_result(
      @ForAll("trees") EtcSketch came,
      @ForAll("trees") EtcSketch local,
      @ForAll("trees") EtcSketch offered) {
    EtcMergePlan plan = EtcSketch.plan(came, local, offered);

    assertThat(PlanOnPaper.execute(plan, local.manifest(), offered.manifest()))
        .isEqualTo(plan.result());
  }

  @Property(tries = 2000)
  void a_merge_of_what_was_merged_changes_nothing_and_is_in_conflict_with_nothing(
      @ForAll("trees") EtcSketch came,
      @ForAll("trees") EtcSketch local,
      @ForAll("trees") EtcSketch offered) {
    EtcMergePlan once = EtcSketch.plan(came, local, offered);

    EtcMergePlan again =
        EtcMergePlan.of(offered.manifest(), once.result(), offered.manifest(), Map.of());

    assertThat(withoutLinks(again.result())).isEqualTo(withoutLinks(once.result()));
    assertThat(again.conflicts()).isEmpty();
  }

  /** A finalization that a power cut struck is done again, over what it had come to. */
  @Property(tries = 4000)
  void a_merge_that_is_done_again_over_its_result_changes_nothing(
      @ForAll("trees") EtcSketch came,
      @ForAll("trees") EtcSketch local,
      @ForAll("trees") EtcSketch offered) {
    EtcMergePlan once = EtcSketch.plan(came, local, offered);

    EtcMergePlan again =
        EtcMergePlan.of(came.manifest(), local.manifest(), once.result(), Map.of());

    assertThat(withoutLinks(again.result())).isEqualTo(withoutLinks(once.result()));
    if (Stream.of(local, offered).noneMatch(EtcMergeModelProperties::hasLinks)) {
      assertThat(again.actions()).isEmpty();
    }
  }

  @Property(tries = 1000)
  void without_local_changes_the_image_is_taken_and_without_the_images_the_machine_is_kept(
      @ForAll("trees") EtcSketch one, @ForAll("trees") EtcSketch other) {
    EtcMergePlan unchangedHere = EtcSketch.plan(one, one, other);
    EtcMergePlan unchangedThere = EtcSketch.plan(one, other, one);

    TreeManifest apartFromIdentity = unchangedHere.result().without(EtcMergeModelProperties::isId);
    assertThat(apartFromIdentity)
        .isEqualTo(other.manifest().without(EtcMergeModelProperties::isId));
    assertThat(withoutLinks(unchangedThere.result())).isEqualTo(withoutLinks(other.manifest()));
    assertThat(unchangedHere.conflicts()).isEmpty();
    assertThat(unchangedThere.conflicts()).isEmpty();
  }

  private static boolean hasLinks(EtcSketch tree) {
    return tree.entries().values().stream().anyMatch(it -> !it.hardLinkGroup().isEmpty());
  }

  private static boolean isId(String path) {
    return path.equals("machine-id");
  }

  private static SortedMap<String, TreeEntry> withoutLinks(TreeManifest tree) {
    SortedMap<String, TreeEntry> entries = new TreeMap<>(tree.entries());
    entries.replaceAll((path, entry) -> entry.inHardLinkGroup(""));
    return entries;
  }

  /** The rules, said of one path at a time. */
  private record Model(
      Map<String, TreeEntry> came, Map<String, TreeEntry> local, Map<String, TreeEntry> offered) {

    /** What the merged /etc has at a path, hard links apart. */
    @Nullable TreeEntry at(String path) {
      for (String above : fromTopTo(path)) {
        TreeEntry before = came.get(above);
        TreeEntry here = local.get(above);
        TreeEntry there = offered.get(above);
        if (here == null && there == null) {
          return null;
        }
        if (isId(above) && here != null && here.kind() == FileKind.FILE) {
          return plain(local.get(path));
        }
        boolean wasDirectory = before != null && isDirectory(before);
        if (here != null && there != null && isDirectory(here) != isDirectory(there)) {
          return plain(changedFrom(above) ? local.get(path) : offered.get(path));
        }
        if (there == null && here != null && !(wasDirectory && isDirectory(here))) {
          return before == null || changedFrom(above) ? plain(local.get(path)) : null;
        }
        if (here == null && there != null && !(wasDirectory && isDirectory(there))) {
          return before == null ? plain(offered.get(path)) : null;
        }
      }
      return merged(path, came.get(path), local.get(path), offered.get(path));
    }

    private @Nullable TreeEntry merged(
        String path,
        @Nullable TreeEntry before,
        @Nullable TreeEntry here,
        @Nullable TreeEntry there) {
      boolean needed = PATHS.stream().anyMatch(p -> p.startsWith(path + "/") && at(p) != null);
      if (here == null) {
        return needed ? plain(there) : null;
      }
      if (there == null) {
        boolean changed = before == null || !same(before, here);
        return needed || changed ? plain(here) : null;
      }
      if (here.kind() != there.kind()) {
        return plain(before != null && same(before, here) ? there : here);
      }
      boolean comparable = before != null && before.kind() == here.kind();
      TreeEntry base = comparable ? before : null;
      boolean content = base != null && sameContent(base, here);
      boolean mode = base != null && base.mode() == here.mode();
      boolean owner = base != null && base.uid() == here.uid();
      TreeEntry contentOf = content ? there : here;
      return new TreeEntry(
          here.kind(),
          (mode ? there : here).mode(),
          (owner ? there : here).uid(),
          0,
          contentOf.size(),
          contentOf.contentDigest(),
          contentOf.linkTarget(),
          0,
          new TreeMap<>(),
          "");
    }

    private boolean changedFrom(String top) {
      return PATHS.stream()
          .filter(path -> path.equals(top) || path.startsWith(top + "/"))
          .anyMatch(path -> !same(came.get(path), local.get(path)));
    }

    private static boolean same(@Nullable TreeEntry one, @Nullable TreeEntry other) {
      TreeEntry first = plain(one);
      return first == null ? other == null : first.equals(plain(other));
    }

    private static boolean sameContent(TreeEntry one, TreeEntry other) {
      return one.contentDigest().equals(other.contentDigest())
          && one.linkTarget().equals(other.linkTarget());
    }

    private static boolean isDirectory(TreeEntry entry) {
      return entry.kind() == FileKind.DIRECTORY;
    }

    private static @Nullable TreeEntry plain(@Nullable TreeEntry entry) {
      return entry == null ? null : entry.inHardLinkGroup("");
    }

    private static List<String> fromTopTo(String path) {
      List<String> paths = new ArrayList<>();
      for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
        paths.add(path.substring(0, slash));
      }
      paths.add(path);
      return paths;
    }
  }

  @Provide
  Arbitrary<EtcSketch> trees() {
    Arbitrary<List<String>> nodes =
        Arbitraries.of("", "", "file 1", "file 1", "file 2", "link 1", "directory", "directory")
            .list()
            .ofSize(PATHS.size());
    Arbitrary<List<Integer>> modes =
        Arbitraries.frequency(Tuple.of(5, 0), Tuple.of(1, 1), Tuple.of(1, 2), Tuple.of(1, 3))
            .list()
            .ofSize(PATHS.size());
    return Combinators.combine(nodes, modes, Arbitraries.of(true, false))
        .as(EtcMergeModelProperties::tree);
  }

  private static EtcSketch tree(List<String> nodes, List<Integer> attributes, boolean linked) {
    EtcSketch tree = EtcSketch.empty();
    List<String> ones = new ArrayList<>();
    for (int i = 0; i < PATHS.size(); i++) {
      String path = PATHS.get(i);
      int slash = path.lastIndexOf('/');
      boolean room = slash < 0 || isDirectory(tree, path.substring(0, slash));
      String node = nodes.get(i);
      if (!room || node.isEmpty()) {
        continue;
      }
      switch (node) {
        case "directory" -> tree.directory(path);
        case "link 1" -> tree.link(path, "1");
        default -> tree.file(path, node);
      }
      int choice = attributes.get(i);
      if (!node.startsWith("link") && (choice & 1) != 0) {
        tree.mode(path, 0700);
      }
      if ((choice & 2) != 0) {
        tree.owner(path, 7, 0);
      }
      if (node.equals("file 1") && choice == 0) {
        ones.add(path);
      }
    }
    return linked && ones.size() > 1 ? tree.linked(ones.toArray(String[]::new)) : tree;
  }

  private static boolean isDirectory(EtcSketch tree, String path) {
    TreeEntry entry = tree.entries().get(path);
    return entry != null && entry.kind() == FileKind.DIRECTORY;
  }
}

package io.github.containersnap.harness.property;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.tree.TreeManifest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The rule of the design, by cases that a person has worked out. */
class ExpectedEtcTest {
  private static final String ACCOUNTS = "root:x:0:\n";

  private static ChangedTree image(LocalChange... changes) {
    ChangedTree root =
        ChangedTree.of(TreeManifest.empty(), Map.of())
            .with(List.of(new LocalChange.MakeDirectory("", LocalChange.Attributes.ofRoot(0755))));
    return root.with(List.of(changes));
  }

  private static LocalChange file(String path, String text, int mode) {
    return new LocalChange.WriteFile(path, text, LocalChange.Attributes.ofRoot(mode));
  }

  private static TreeManifest updated(
      ChangedTree came, ChangedTree offered, LocalChange... changes) {
    return new ExpectedEtc(came, List.of(changes)).updatedTo(offered).manifest();
  }

  @Test
  void what_the_owner_did_not_change_is_the_new_image_s() {
    ChangedTree came = image(file("a", "1", 0644), file("dropped", "1", 0644));
    ChangedTree offered = image(file("a", "2", 0600), file("added", "2", 0644));
    assertThat(updated(came, offered)).isEqualTo(offered.manifest());
  }

  @Test
  void a_local_change_wins_and_leaves_the_rest_of_the_file_to_the_image() {
    ChangedTree came = image(file("a", "1", 0644), file("b", "1", 0644));
    ChangedTree offered = image(file("a", "2", 0600), file("b", "2", 0600));
    assertThat(
            updated(
                came,
                offered,
                new LocalChange.EditFile("a", "mine"),
                new LocalChange.SetMode("b", 0640)))
        .isEqualTo(image(file("a", "mine", 0600), file("b", "2", 0640)).manifest());
  }

  @Test
  void a_deleted_file_stays_deleted_though_the_image_changed_it() {
    assertThat(
            updated(
                image(file("a", "1", 0644)),
                image(file("a", "2", 0644)),
                new LocalChange.Delete("a")))
        .isEqualTo(image().manifest());
  }

  @Test
  void a_changed_file_that_the_image_dropped_stays_as_it_is_here() {
    LocalChange directory = new LocalChange.MakeDirectory("d", LocalChange.Attributes.ofRoot(0700));
    assertThat(
            updated(
                image(directory, file("d/a", "1", 0644)),
                image(),
                new LocalChange.SetOwner("d/a", 7, 8)))
        .isEqualTo(
            image(directory, file("d/a", "1", 0644), new LocalChange.SetOwner("d/a", 7, 8))
                .manifest());
  }

  @Test
  void another_type_and_a_further_name_are_kept() {
    ChangedTree came = image(file("a", "1", 0644), new LocalChange.MakeSymlink("l", "a"));
    ChangedTree offered = image(file("a", "2", 0644), new LocalChange.MakeSymlink("l", "b"));
    LocalChange[] changes = {
      new LocalChange.MakeDirectory("a", LocalChange.Attributes.ofRoot(0755)),
      file("a/inside", "mine", 0644),
      file("l", "mine", 0600),
      new LocalChange.LinkFile("second", "l")
    };
    TreeManifest merged = updated(came, offered, changes);
    assertThat(merged).isEqualTo(image(changes).manifest());
    assertThat(merged.get("second").orElseThrow().hardLinkGroup()).isEqualTo("l");
  }

  @Test
  void accounts_merge_by_entry() {
    ChangedTree came = withGroups(ACCOUNTS);
    ChangedTree offered = withGroups(ACCOUNTS + "image:x:9:\n");
    TreeManifest merged =
        updated(
            came,
            offered,
            new LocalChange.SetEntry("group", "mine:x:7:"),
            new LocalChange.JoinGroup("group", "root", "me"),
            new LocalChange.JoinGroup("group", "root", "you"));
    assertThat(merged).isEqualTo(withGroups("root:x:0:me,you\nimage:x:9:\nmine:x:7:\n").manifest());
  }

  private static ChangedTree withGroups(String text) {
    return ChangedTree.of(image(file("group", text, 0644)).manifest(), Map.of("group", text));
  }

  @Test
  void what_says_which_machine_this_is_stays_though_the_owner_never_changed_it() {
    ChangedTree came = image(file("machine-id", "1", 0444), file("ld.so.cache", "1", 0644));
    ChangedTree offered = image(file("machine-id", "2", 0644), file("ld.so.cache", "2", 0644));
    assertThat(updated(came, offered, new LocalChange.EditFile("ld.so.cache", "3")))
        .isEqualTo(image(file("machine-id", "1", 0444), file("ld.so.cache", "2", 0644)).manifest());
  }

  @Test
  void owners_and_attributes_are_part_of_a_change() {
    LocalChange mine =
        new LocalChange.WriteFile(
            "a",
            "1",
            new LocalChange.Attributes(0640, 7, 8, new TreeMap<>(Map.of("user.n", "00"))));
    TreeManifest merged =
        updated(image(), image(), mine, new LocalChange.SetAttribute("a", "user.m", "01"));
    assertThat(merged.get("a").orElseThrow().uid()).isEqualTo(7);
    assertThat(merged.get("a").orElseThrow().extendedAttributes())
        .containsExactlyInAnyOrderEntriesOf(Map.of("user.n", "00", "user.m", "01"));
  }
}

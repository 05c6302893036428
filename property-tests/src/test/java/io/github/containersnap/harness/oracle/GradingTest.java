package io.github.containersnap.harness.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.harness.experiment.RootExpectations;
import io.github.containersnap.harness.property.Grade;
import io.github.containersnap.harness.updater.BootContent;
import io.github.containersnap.harness.updater.UpdaterSettings;
import io.github.containersnap.harness.view.ManifestTree;
import io.github.containersnap.harness.view.UnreadableTree;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class GradingTest {
  private static final String INIT = "init";

  private static final Map<String, String> OLD =
      Map.of("a", "1", "b", "1", "gone", "1", INIT, "same", BootContent.KERNEL, "k1");
  private static final Map<String, String> NEW =
      Map.of("a", "2", "b", "2", "added", "2", INIT, "same", BootContent.KERNEL, "k2");

  private static Grade grade(Map<String, String> found) {
    return new Grading(
            new RootExpectations(tree(OLD), tree(NEW), TreeManifest.empty(), UpdaterSettings.NONE))
        .of(Optional.of(new ManifestTree("", tree(found))));
  }

  /** Files by their content. */
  private static TreeManifest tree(Map<String, String> files) {
    Map<String, TreeEntry> entries = new HashMap<>();
    entries.put("", TreeEntry.ofRoot(FileKind.DIRECTORY, 0755));
    files.forEach(
        (path, content) ->
            entries.put(
                path,
                new TreeEntry(
                    FileKind.FILE,
                    0,
                    0,
                    0,
                    content.length(),
                    content,
                    "",
                    0,
                    new TreeMap<>(),
                    "")));
    return TreeManifest.of(entries);
  }

  private static Map<String, String> with(Map<String, String> files, String path, String content) {
    Map<String, String> changed = new HashMap<>(files);
    changed.put(path, content);
    return changed;
  }

  private static Map<String, String> without(Map<String, String> files, String path) {
    Map<String, String> changed = new HashMap<>(files);
    changed.remove(path);
    return changed;
  }

  @Test
  void each_of_the_two_systems_is_whole() {
    assertThat(grade(OLD)).isEqualTo(Grade.OLD);
    assertThat(grade(NEW)).isEqualTo(Grade.NEW);
  }

  @Test
  void whole_files_of_both_are_a_mixture() {
    assertThat(grade(with(OLD, "a", "2"))).isEqualTo(Grade.MIXED);
    assertThat(grade(without(OLD, "gone"))).isEqualTo(Grade.MIXED);
    assertThat(grade(with(OLD, BootContent.KERNEL, "k2"))).isEqualTo(Grade.MIXED);
  }

  @Test
  void a_file_that_neither_system_has_is_a_mixture_and_not_torn() {
    assertThat(grade(with(OLD, "a.dpkg-new", "2"))).isEqualTo(Grade.MIXED);
  }

  @Test
  void a_file_of_neither_content_is_torn() {
    assertThat(grade(with(OLD, "a", "x"))).isEqualTo(Grade.TORN);
    assertThat(grade(with(NEW, BootContent.KERNEL, "x"))).isEqualTo(Grade.TORN);
    assertThat(grade(without(OLD, "b"))).as("both have it").isEqualTo(Grade.TORN);
  }

  @Test
  void what_cannot_be_read_is_torn() {
    Grading grading =
        new Grading(
            new RootExpectations(tree(OLD), tree(NEW), TreeManifest.empty(), UpdaterSettings.NONE));
    assertThat(grading.of(Optional.of(new UnreadableTree("input/output error"))))
        .isEqualTo(Grade.TORN);
    assertThat(grading.of(Optional.empty())).isEqualTo(Grade.UNBOOTABLE);
  }

  @Test
  void without_kernel_or_init_nothing_boots() {
    assertThat(grade(without(OLD, BootContent.KERNEL))).isEqualTo(Grade.UNBOOTABLE);
    assertThat(grade(with(OLD, BootContent.KERNEL, ""))).isEqualTo(Grade.UNBOOTABLE);
    assertThat(grade(without(NEW, INIT))).isEqualTo(Grade.UNBOOTABLE);
    assertThat(grade(with(NEW, INIT, ""))).isEqualTo(Grade.UNBOOTABLE);
  }

  @Test
  void other_names_of_a_file_do_not_make_it_torn() {
    Map<String, TreeEntry> linked = new HashMap<>(tree(OLD).entries());
    linked.computeIfPresent("a", (_, entry) -> entry.inHardLinkGroup("pair"));
    linked.computeIfPresent("b", (_, entry) -> entry.inHardLinkGroup("pair"));
    Grading grading =
        new Grading(
            new RootExpectations(
                TreeManifest.of(linked), tree(NEW), TreeManifest.empty(), UpdaterSettings.NONE));
    assertThat(grading.of(Optional.of(new ManifestTree("", tree(OLD))))).isEqualTo(Grade.MIXED);
  }
}

package io.github.containersnap.etc;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Executes a plan on manifests, and insists on what every action promises: it removes something,
 * places something where nothing is, and never has anything but directories above it.
 */
final class PlanOnPaper {
  private final TreeManifest local;
  private final TreeManifest offered;
  private final Map<String, TreeEntry> tree;
  private final Map<String, String> labels = new HashMap<>();

  private PlanOnPaper(TreeManifest local, TreeManifest offered) {
    this.local = local;
    this.offered = offered;
    this.tree = new TreeMap<>(offered.entries());
    offered.entries().forEach((path, entry) -> labels.put(path, entry.hardLinkGroup()));
  }

  /** The tree that the plan makes of {@code offered}. */
  static TreeManifest execute(EtcMergePlan plan, TreeManifest local, TreeManifest offered) {
    PlanOnPaper paper = new PlanOnPaper(local, offered);
    plan.actions().forEach(paper::execute);
    paper.tree.replaceAll(
        (path, entry) -> entry.inHardLinkGroup(paper.labels.getOrDefault(path, "")));
    return TreeManifest.of(paper.tree);
  }

  private void execute(EtcAction action) {
    String path = action.path();
    requireDirectoriesAbove(path);
    switch (action) {
      case EtcAction.Remove remove -> {
        assertThat(tree).as(remove.toString()).containsKey(path);
        Set<String> gone = new HashSet<>();
        tree.keySet().stream()
            .filter(at -> at.equals(path) || at.startsWith(path + "/"))
            .forEach(gone::add);
        tree.keySet().removeAll(gone);
      }
      case EtcAction.MakeDirectory make -> placeNew(path, make.wanted(), "");
      case EtcAction.Copy copy ->
          placeNew(
              path,
              (copy.side() == EtcAction.Side.LOCAL ? local : offered).get(path).orElseThrow(),
              "new " + path);
      case EtcAction.HardLink link ->
          placeNew(
              path,
              Objects.requireNonNull(tree.get(link.existing())),
              Objects.requireNonNull(labels.get(link.existing())));
      case EtcAction.WriteAccounts write ->
          placeNew(path, write.text().as(write.wanted()), "new " + path);
      case EtcAction.SetAttributes set -> setAttributes(path, set.wanted());
    }
  }

  private void setAttributes(String path, TreeEntry wanted) {
    assertThat(tree).containsKey(path);
    String label = labels.getOrDefault(path, "");
    for (String other : Set.copyOf(tree.keySet())) {
      if (other.equals(path) || (!label.isEmpty() && label.equals(labels.get(other)))) {
        tree.put(other, wanted); // content is never changed by it; the comparison would show it
      }
    }
  }

  private void placeNew(String path, TreeEntry entry, String label) {
    assertThat(tree).as("nothing is at " + path).doesNotContainKey(path);
    tree.put(path, entry);
    labels.put(path, label);
  }

  private void requireDirectoriesAbove(String path) {
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      String parent = path.substring(0, slash);
      assertThat(tree.get(parent))
          .as("above " + path)
          .extracting(TreeEntry::kind)
          .isEqualTo(FileKind.DIRECTORY);
    }
  }
}

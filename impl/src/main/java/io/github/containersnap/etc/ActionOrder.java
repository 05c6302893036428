package io.github.containersnap.etc;

import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The way from the new image's /etc to the merged one.
 *
 * <p>First everything is removed that is not to stay as it is, links before all; then, parents
 * first, what is to be there is placed where nothing is. So nothing is ever written through a link
 * that the image has, nor into a file that has another name.
 */
final class ActionOrder {
  private final EtcTrees trees;
  private final SortedMap<String, MergedEntry> outcomes;
  private final TreeManifest result;
  private final List<EtcAction> actions = new ArrayList<>();

  private ActionOrder(
      EtcTrees trees, SortedMap<String, MergedEntry> outcomes, TreeManifest result) {
    this.trees = trees;
    this.outcomes = outcomes;
    this.result = result;
  }

  /** What a merge's outcomes come to as a tree; names of one file stay that where they can. */
  static TreeManifest result(SortedMap<String, MergedEntry> outcomes) {
    Map<String, TreeEntry> entries = new TreeMap<>();
    outcomes.forEach(
        (path, outcome) -> entries.put(path, outcome.entry().inHardLinkGroup(outcome.linkLabel())));
    return TreeManifest.of(entries);
  }

  static List<EtcAction> of(
      EtcTrees trees, SortedMap<String, MergedEntry> outcomes, TreeManifest result) {
    ActionOrder list = new ActionOrder(trees, outcomes, result);
    list.removals();
    outcomes.forEach(list::place);
    return List.copyOf(list.actions);
  }

  private void removals() {
    Set<String> removed = new HashSet<>();
    for (String path : trees.offered().entries().keySet()) {
      int slash = path.lastIndexOf('/');
      if (slash > 0 && removed.contains(path.substring(0, slash))) {
        removed.add(path);
      } else if (!staysInPlace(path)) {
        removed.add(path);
        actions.add(new EtcAction.Remove(path));
      }
    }
  }

  /** Whether the file of the image stays, though perhaps with other attributes. */
  private boolean staysInPlace(String path) {
    MergedEntry outcome = outcomes.get(path);
    Optional<TreeEntry> offered = trees.offered().get(path);
    if (outcome == null || offered.isEmpty()) {
      return false;
    }
    boolean isOffered = outcome.content() instanceof MergedEntry.Content.Offered;
    // Other attributes would show at all names of the file; it becomes a file of its own.
    boolean hasOtherNames = !offered.get().hardLinkGroup().isEmpty();
    return isOffered && (!hasOtherNames || EtcTrees.same(offered.get(), outcome.entry()));
  }

  private void place(String path, MergedEntry outcome) {
    TreeEntry wanted = outcome.entry();
    if (staysInPlace(path)) {
      setAttributes(path, trees.offered().get(path), wanted);
    } else if (wanted.kind() == FileKind.DIRECTORY) {
      actions.add(new EtcAction.MakeDirectory(path, wanted));
    } else if (otherName(path).isPresent()) {
      actions.add(new EtcAction.HardLink(path, otherName(path).get()));
    } else {
      switch (outcome.content()) {
        case MergedEntry.Content.Offered offered ->
            copy(path, EtcAction.Side.OFFERED, trees.offered(), wanted);
        case MergedEntry.Content.Local local ->
            copy(path, EtcAction.Side.LOCAL, trees.local(), wanted);
        case MergedEntry.Content.Merged merged ->
            actions.add(new EtcAction.WriteAccounts(path, merged.text(), wanted));
      }
    }
  }

  /** A name of the same file that has been placed before. */
  private Optional<String> otherName(String path) {
    return result
        .get(path)
        .map(TreeEntry::hardLinkGroup)
        .filter(first -> !first.isEmpty() && !first.equals(path));
  }

  private void copy(String path, EtcAction.Side side, TreeManifest source, TreeEntry wanted) {
    actions.add(new EtcAction.Copy(path, side));
    setAttributes(path, source.get(path), wanted);
  }

  private void setAttributes(String path, Optional<TreeEntry> found, TreeEntry wanted) {
    if (found.filter(entry -> EtcTrees.same(entry, wanted)).isEmpty()) {
      actions.add(new EtcAction.SetAttributes(path, wanted));
    }
  }
}

package io.github.containersnap.etc;

import io.github.containersnap.tree.TreeEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The rules for paths.
 *
 * <p>A path that the machine did not change is as the new image has it; one that the machine
 * changed, added or removed is as the machine has it, and a conflict if the image changed it to
 * something else. Of a file of one kind on both sides, content, permissions, owner and each
 * extended attribute are looked at apart.
 *
 * <p>Directories are merged by what is in them. A directory that one side removed stays as long as
 * something in it does. Where a directory meets something else, no mixture makes sense, and the
 * whole of one side is taken, with all below: the image's if the machine changed nothing there,
 * else the machine's.
 */
final class ThreeWayMerge {
  private final EtcTrees trees;
  private final Map<AccountFile, MergedEntry.Content> accounts;
  private final Predicate<String> staysLocal;
  private final SortedMap<String, MergedEntry> outcomes = new TreeMap<>();
  private final List<EtcConflict> conflicts = new ArrayList<>();

  /**
   * A merge of three trees in which the content of {@code accounts} is merged already.
   *
   * @param staysLocal which files the machine keeps though it never changed them
   */
  ThreeWayMerge(
      EtcTrees trees,
      Map<AccountFile, MergedEntry.Content> accounts,
      Predicate<String> staysLocal) {
    this.trees = trees;
    this.accounts = accounts;
    this.staysLocal = staysLocal;
  }

  /** Merges from the root on. */
  void run() {
    merge("");
  }

  /** What the merged /etc has, by path. */
  SortedMap<String, MergedEntry> outcomes() {
    return outcomes;
  }

  /** The paths that both sides changed. */
  List<EtcConflict> conflicts() {
    return conflicts;
  }

  private void merge(String path) {
    Optional<TreeEntry> came = trees.came().get(path);
    Optional<TreeEntry> local = trees.local().get(path);
    Optional<TreeEntry> offered = trees.offered().get(path);
    if (local.isPresent() && offered.isPresent()) {
      both(path, came, local.get(), offered.get());
    } else if (local.isPresent()) {
      onlyLocal(path, came, local.get());
    } else if (offered.isPresent()) {
      onlyOffered(path, came, offered.get());
    }
  }

  private void both(String path, Optional<TreeEntry> came, TreeEntry local, TreeEntry offered) {
    boolean here = EtcTrees.isDirectory(Optional.of(local));
    boolean there = EtcTrees.isDirectory(Optional.of(offered));
    if (here && there) {
      ThreeWayChoice<TreeEntry> merged =
          AttributeMerge.onto(offered, came.filter(sameKindAs(offered)), local, offered);
      outcomes.put(path, MergedEntry.offered(merged.value()));
      note(merged.conflict(), EtcConflict.attributes(path));
      trees.childrenOf(path).forEach(this::merge);
    } else if (staysLocal.test(path) && EtcTrees.isFile(Optional.of(local))) {
      takeOwn(path, local, offered);
    } else if (here || there) {
      directoryAgainstOther(path, local, offered);
    } else {
      leaves(path, came, local, offered);
    }
  }

  /** One that is there already needs no action: a plan without any says that all is merged. */
  private void takeOwn(String path, TreeEntry local, TreeEntry offered) {
    if (local.equals(offered) && local.hardLinkGroup().isEmpty()) {
      takeOffered(path);
    } else {
      takeLocal(path);
    }
  }

  private void directoryAgainstOther(String path, TreeEntry local, TreeEntry offered) {
    if (EtcTrees.sameFrom(path, trees.local(), trees.came())) {
      takeOffered(path);
    } else {
      takeLocal(path);
      note(
          !EtcTrees.sameFrom(path, trees.offered(), trees.came()),
          EtcConflict.type(path, local, offered));
    }
  }

  private void leaves(String path, Optional<TreeEntry> came, TreeEntry local, TreeEntry offered) {
    Optional<MergedEntry.Content> merged = AccountFile.at(path).map(accounts::get);
    if (merged.isPresent()) {
      withAttributes(path, of(merged.get(), local, offered), came, local, offered, false);
    } else if (ExemptFiles.isOfImage(path)) {
      takeOffered(path);
    } else if (local.kind() == offered.kind()) {
      contents(path, came, local, offered);
    } else if (came.filter(entry -> EtcTrees.same(entry, local)).isPresent()) {
      takeOffered(path);
    } else {
      takeLocal(path);
      note(
          came.filter(entry -> EtcTrees.same(entry, offered)).isEmpty(),
          EtcConflict.type(path, local, offered));
    }
  }

  private static MergedEntry of(MergedEntry.Content content, TreeEntry local, TreeEntry offered) {
    return switch (content) {
      case MergedEntry.Content.Offered image -> MergedEntry.offered(offered);
      case MergedEntry.Content.Local here -> MergedEntry.local(local);
      case MergedEntry.Content.Merged both -> new MergedEntry(both, both.text().as(local));
    };
  }

  /** What an entry is apart from its attributes. */
  private record Nature(String contentDigest, String linkTarget, long deviceNumber) {
    static Nature of(TreeEntry entry) {
      return new Nature(entry.contentDigest(), entry.linkTarget(), entry.deviceNumber());
    }
  }

  private void contents(String path, Optional<TreeEntry> came, TreeEntry local, TreeEntry offered) {
    ThreeWayChoice<Nature> nature =
        ThreeWayChoice.between(
            came.filter(sameKindAs(offered)).map(Nature::of), Nature.of(local), Nature.of(offered));
    boolean isOffered = nature.value().equals(Nature.of(offered));
    withAttributes(
        path,
        isOffered ? MergedEntry.offered(offered) : MergedEntry.local(local),
        came,
        local,
        offered,
        nature.conflict());
  }

  private void withAttributes(
      String path,
      MergedEntry content,
      Optional<TreeEntry> came,
      TreeEntry local,
      TreeEntry offered,
      boolean contentConflict) {
    ThreeWayChoice<TreeEntry> merged =
        AttributeMerge.onto(content.entry(), came.filter(sameKindAs(offered)), local, offered);
    outcomes.put(path, new MergedEntry(content.content(), merged.value()));
    if (contentConflict) {
      conflicts.add(
          AccountFile.at(path).isPresent()
              ? EtcConflict.contentTooLarge(path)
              : EtcConflict.content(path));
    } else {
      note(merged.conflict(), EtcConflict.attributes(path));
    }
  }

  private static Predicate<TreeEntry> sameKindAs(TreeEntry entry) {
    return other -> other.kind() == entry.kind();
  }

  private void onlyLocal(String path, Optional<TreeEntry> came, TreeEntry local) {
    if (came.isEmpty() || (staysLocal.test(path) && EtcTrees.isFile(Optional.of(local)))) {
      takeLocal(path);
    } else if (EtcTrees.isDirectory(came) && EtcTrees.isDirectory(Optional.of(local))) {
      trees.childrenOf(path).forEach(this::merge);
      boolean changed = !EtcTrees.same(came.get(), local);
      note(changed, EtcConflict.droppedByImage(path));
      if (changed || somethingBelow(path)) {
        outcomes.put(path, MergedEntry.local(local));
      }
    } else if (!EtcTrees.sameFrom(path, trees.local(), trees.came())) {
      takeLocal(path);
      conflicts.add(EtcConflict.droppedByImage(path));
    }
  }

  private void onlyOffered(String path, Optional<TreeEntry> came, TreeEntry offered) {
    if (came.isEmpty()) {
      takeOffered(path);
    } else if (EtcTrees.isDirectory(came) && EtcTrees.isDirectory(Optional.of(offered))) {
      trees.childrenOf(path).forEach(this::merge);
      if (somethingBelow(path)) {
        outcomes.put(path, MergedEntry.offered(offered));
      }
    } else if (!EtcTrees.sameFrom(path, trees.offered(), trees.came())) {
      conflicts.add(EtcConflict.removedHere(path));
    }
  }

  private boolean somethingBelow(String directory) {
    return !outcomes.subMap(directory + "/", directory + "0").isEmpty();
  }

  private void takeLocal(String path) {
    EtcTrees.from(path, trees.local())
        .forEach((at, entry) -> outcomes.put(at, MergedEntry.local(entry)));
  }

  private void takeOffered(String path) {
    EtcTrees.from(path, trees.offered())
        .forEach((at, entry) -> outcomes.put(at, MergedEntry.offered(entry)));
  }

  private void note(boolean isConflict, EtcConflict conflict) {
    if (isConflict) {
      conflicts.add(conflict);
    }
  }
}

package io.github.containersnap.harness.property;

import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The /etc that a machine must have, before and after an update: a statement of the design's rule
 * that shares nothing with the engine's merge.
 *
 * <p>The rule: a new deployment's /etc is the new image's /etc with the owner's own changes made to
 * it once more. If the image no longer has the file that a change is about, the machine's file
 * stays. What says which machine this is stays as well, changed or not; the cache of the image's
 * libraries is the image's. Where the owner changed something in a directory that the image has
 * replaced by something else, the machine's directory stays as a whole.
 *
 * @param came the /etc that the machine's image came with
 * @param changes what the owner has changed in it since, in order
 */
public record ExpectedEtc(ChangedTree came, List<LocalChange> changes) {
  private static final Predicate<String> IDENTITY =
      Pattern.compile(
              "machine-id|ssh/ssh_host_[^/]+_key(\\.pub)?|(passwd|group|g?shadow|sub[ug]id)-")
          .asMatchPredicate();

  private static final String LIBRARY_CACHE = "ld.so.cache";

  public ExpectedEtc {
    changes = List.copyOf(changes);
  }

  /** The machine's own, before an update. */
  public ChangedTree local() {
    return came.with(changes);
  }

  /**
   * That of a deployment made by an update.
   *
   * @param offered the new image's
   */
  public ChangedTree updatedTo(ChangedTree offered) {
    ChangedTree local = local();
    ChangedTree result = offered;
    for (LocalChange change : changes) {
      String path = change.path();
      boolean ofTheImage = path.equals(LIBRARY_CACHE) && offered.get(path).isPresent();
      if (!ofTheImage) {
        result =
            isOfTheFileThere(change) && result.get(path).isEmpty()
                ? kept(result, local, path)
                : again(result, local, change);
      }
    }
    return withIdentity(result, local);
  }

  /**
   * Whether the change needs a file to be there: one that makes a file, or removes one, does not.
   */
  private static boolean isOfTheFileThere(LocalChange change) {
    return switch (change) {
      case LocalChange.EditFile _,
          LocalChange.SetMode _,
          LocalChange.SetOwner _,
          LocalChange.SetAttribute _,
          LocalChange.SetEntry _,
          LocalChange.JoinGroup _ ->
          true;
      case LocalChange.WriteFile _,
          LocalChange.Delete _,
          LocalChange.MakeSymlink _,
          LocalChange.MakeDirectory _,
          LocalChange.MakeSubvolume _,
          LocalChange.LinkFile _ ->
          false;
    };
  }

  private ChangedTree again(ChangedTree result, ChangedTree local, LocalChange change) {
    String path = change.path();
    boolean deletes = change instanceof LocalChange.Delete;
    ChangedTree changed =
        (deletes ? withReplaced(result, local, path) : withParents(result, local, path))
            .with(List.of(change));
    boolean made = change instanceof LocalChange.SetEntry && came.get(path).isEmpty();
    if (!made) {
      return changed;
    }
    // A file that the owner made, and the image now brings as well, has the owner's attributes.
    TreeEntry here = local.get(path).orElseThrow();
    return changed.with(
        List.of(
            new LocalChange.SetMode(path, here.mode()),
            new LocalChange.SetOwner(path, here.uid(), here.gid())));
  }

  /** What is not in the image comes from the machine, with the directories above it. */
  private static ChangedTree kept(ChangedTree result, ChangedTree local, String path) {
    return withParents(result, local, path).with(path, local);
  }

  /** The machine's directories above the path, where the image has something else. */
  private static ChangedTree withReplaced(ChangedTree result, ChangedTree local, String path) {
    ChangedTree with = result;
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      String directory = path.substring(0, slash);
      boolean replaced =
          with.get(directory).filter(entry -> entry.kind() != FileKind.DIRECTORY).isPresent();
      with = replaced ? with.withWhole(directory, local) : with;
    }
    return with;
  }

  private static ChangedTree withParents(ChangedTree result, ChangedTree local, String path) {
    ChangedTree with = withReplaced(result, local, path);
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      String directory = path.substring(0, slash);
      with = with.get(directory).isEmpty() ? with.with(directory, local) : with;
    }
    return with;
  }

  private static ChangedTree withIdentity(ChangedTree result, ChangedTree local) {
    ChangedTree kept = result;
    for (Map.Entry<String, TreeEntry> file : local.manifest().entries().entrySet()) {
      if (IDENTITY.test(file.getKey()) && file.getValue().kind() == FileKind.FILE) {
        kept = kept(kept, local, file.getKey());
      }
    }
    return kept;
  }
}

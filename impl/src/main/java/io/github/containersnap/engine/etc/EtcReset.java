package io.github.containersnap.engine.etc;

import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The other half of step 6: an /etc that is the image's, but for what is kept of the machine's.
 *
 * <p>As in a merge, all is written into a draft, nothing is made durable by itself, and of the
 * running /etc this is given a snapshot.
 *
 * @param users whether the machine's users, groups and passwords are kept
 * @param paths what else is kept, below /etc, as manifests have it: files, or directories with all
 *     below them
 */
public record EtcReset(boolean users, List<String> paths) {
  /** What makes the machine itself, what it mounts, and how it reaches the network. */
  private static final Predicate<String> ALWAYS =
      Pattern.compile(
              "machine-id|hostname|hosts|fstab|crypttab"
                  + "|ssh/ssh_host_[^/]+_key(\\.pub)?"
                  + "|resolv\\.conf|network/.+|netplan/.+|systemd/network/.+"
                  + "|NetworkManager/system-connections/.+|sysconfig/network/.+"
                  + "|wpa_supplicant/.+|iwd/.+")
          .asMatchPredicate();

  private static final Predicate<String> OF_USERS =
      Pattern.compile("(passwd|shadow|group|gshadow|subuid|subgid)-?").asMatchPredicate();

  public EtcReset {
    paths = List.copyOf(paths);
  }

  /** Whether the file at {@code path} below /etc is the machine's afterwards. */
  public boolean keeps(String path) {
    return ALWAYS.test(path)
        || (users && OF_USERS.test(path))
        || paths.stream().anyMatch(kept -> path.equals(kept) || path.startsWith(kept + "/"));
  }

  /**
   * Puts what is kept into {@code target}, which holds a copy of the image's /etc.
   *
   * @param running the running /etc, frozen
   */
  public void apply(SystemFiles files, Path running, Path target) {
    TreeManifest machine = files.scan(running);
    removeWhatTheMachineLacks(files, machine, target);
    for (Map.Entry<String, TreeEntry> entry : machine.entries().entrySet()) {
      if (keeps(entry.getKey())) {
        keep(files, entry.getKey(), entry.getValue(), running, target);
      }
    }
  }

  /** What is kept is kept as it is, also where the machine has removed it. */
  private void removeWhatTheMachineLacks(SystemFiles files, TreeManifest machine, Path target) {
    for (String path : files.scan(target).entries().keySet()) {
      Path place = TreeManifest.locate(target, path);
      if (keeps(path) && machine.get(path).isEmpty() && files.exists(place)) {
        files.deleteTree(place);
      }
    }
  }

  /** Paths come in order: a directory before what is in it. */
  private static void keep(
      SystemFiles files, String path, TreeEntry entry, Path running, Path target) {
    above(path)
        .forEach(
            directory -> {
              Path place = TreeManifest.locate(target, directory);
              if (!files.isDirectory(place)) { // such as a link, which could lead out of the draft
                replace(files, TreeManifest.locate(running, directory), place);
              }
            });
    Path place = TreeManifest.locate(target, path);
    boolean bothDirectories = entry.kind() == FileKind.DIRECTORY && files.isDirectory(place);
    if (bothDirectories) {
      files.copyEntry(TreeManifest.locate(running, path), place);
    } else {
      replace(files, TreeManifest.locate(running, path), place);
    }
  }

  private static void replace(SystemFiles files, Path source, Path place) {
    if (files.exists(place)) {
      files.deleteTree(place);
    }
    files.copyEntry(source, place);
  }

  private static Stream<String> above(String path) {
    return Stream.iterate(
            path.indexOf('/'), slash -> slash >= 0, slash -> path.indexOf('/', slash + 1))
        .map(slash -> path.substring(0, slash));
  }
}

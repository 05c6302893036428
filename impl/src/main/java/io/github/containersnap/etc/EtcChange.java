package io.github.containersnap.etc;

import io.github.containersnap.tree.TreeDifference;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a machine changed at one path of /etc.
 *
 * @param kind what sort of change
 * @param path the path below /etc, "" for /etc itself
 * @param what the difference in words: "mode 0644 instead of 0755"
 */
public record EtcChange(Kind kind, String path, String what) {

  /** What sort of change, with the letter that stands for it. */
  public enum Kind {
    /** The image does not have it. */
    ADDED('A'),
    /** Its content is another one. */
    MODIFIED('M'),
    /** The image has it, the machine has not. */
    DELETED('D'),
    /** It is another type of file. */
    TYPE('T'),
    /** The content is the same, but mode, owner or an extended attribute is not. */
    ATTRIBUTES('m');

    private final char letter;

    Kind(char letter) {
      this.letter = letter;
    }

    /** The letter that stands for it in a list. */
    public char letter() {
      return letter;
    }
  }

  /**
   * What is different in {@code local} from the image's /etc, ordered by path. Names of one file
   * count as files of their own.
   */
  public static List<EtcChange> between(TreeManifest came, TreeManifest local) {
    TreeManifest before = apartFromLinks(came);
    TreeManifest now = apartFromLinks(local);
    return now.differencesFrom(before).stream()
        .map(difference -> of(difference, before, now))
        .toList();
  }

  /**
   * Whether every running system makes this change by itself, so that it says nothing about this
   * one. A deleted file, another type and a change of the mode alone are never routine.
   */
  public boolean isRoutine() {
    return (kind == Kind.ADDED || kind == Kind.MODIFIED) && ExemptFiles.isKeptByTheSystem(path);
  }

  /**
   * Whether the change is one of what makes the machine itself: machine-id(5), SSH host keys, users
   * and groups. The image's version is another machine's, or nobody's.
   */
  public boolean isOfThisMachine() {
    return ExemptFiles.staysLocal(path) || AccountFile.at(path).isPresent();
  }

  private static EtcChange of(TreeDifference difference, TreeManifest before, TreeManifest now) {
    String path = difference.path();
    Optional<TreeEntry> came = before.get(path);
    Optional<TreeEntry> local = now.get(path);
    if (came.isEmpty()) {
      String what = local.map(entry -> entry.kind().words()).orElse("");
      return new EtcChange(Kind.ADDED, path, what);
    }
    if (local.isEmpty()) {
      return new EtcChange(Kind.DELETED, path, came.get().kind().words());
    }
    return new EtcChange(kind(came.get(), local.get()), path, difference.what());
  }

  private static Kind kind(TreeEntry came, TreeEntry local) {
    if (came.kind() != local.kind()) {
      return Kind.TYPE;
    }
    boolean sameContent =
        came.contentDigest().equals(local.contentDigest())
            && came.linkTarget().equals(local.linkTarget())
            && came.deviceNumber() == local.deviceNumber();
    return sameContent ? Kind.ATTRIBUTES : Kind.MODIFIED;
  }

  private static TreeManifest apartFromLinks(TreeManifest tree) {
    SortedMap<String, TreeEntry> entries = new TreeMap<>(tree.entries());
    entries.replaceAll((path, entry) -> entry.inHardLinkGroup(""));
    return TreeManifest.of(entries);
  }
}

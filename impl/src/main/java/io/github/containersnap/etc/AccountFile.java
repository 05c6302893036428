package io.github.containersnap.etc;

import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The files of /etc that hold one account or group a line and merge by entry. */
public enum AccountFile {
  /** group(5): name, password, gid, members. */
  GROUP("group", 4),
  /** passwd(5): name, password, uid, gid, comment, home, shell. */
  PASSWD("passwd", 7),
  /** shadow(5). */
  SHADOW("shadow", 9),
  /** gshadow(5): name, password, administrators, members. */
  GSHADOW("gshadow", 4),
  /** subuid(5): user, first id, count. */
  SUBUID("subuid", 3),
  /** subgid(5): as subuid. */
  SUBGID("subgid", 3);

  /** The largest file that is merged by entry, in bytes; a larger one is a file like any other. */
  public static final int LARGEST_BYTES = 4 * 1024 * 1024;

  private final String path;
  private final int fields;

  AccountFile(String path, int fields) {
    this.path = path;
    this.fields = fields;
  }

  /** The path below /etc. */
  public String path() {
    return path;
  }

  /** The account file at a path below /etc, if that is one. */
  static Optional<AccountFile> at(String path) {
    return Arrays.stream(values()).filter(file -> file.path.equals(path)).findFirst();
  }

  /**
   * Whether the file can be merged by entry: the machine and the new image have a regular file that
   * is not too large, and if the machine's image came with something there, that is one, too.
   */
  public boolean canMerge(TreeManifest came, TreeManifest local, TreeManifest offered) {
    return isSmallFile(local)
        && isSmallFile(offered)
        && (came.get(path).isEmpty() || isSmallFile(came));
  }

  private boolean isSmallFile(TreeManifest tree) {
    return tree.get(path).filter(AccountFile::isSmallFile).isPresent();
  }

  private static boolean isSmallFile(TreeEntry entry) {
    return entry.kind() == FileKind.FILE && entry.size() <= LARGEST_BYTES;
  }

  /** How many fields a line has. */
  int fields() {
    return fields;
  }

  /** Which fields are lists of names, separated by commas. */
  List<Integer> listFields() {
    return switch (this) {
      case GROUP -> List.of(3);
      case GSHADOW -> List.of(2, 3);
      case PASSWD, SHADOW, SUBUID, SUBGID -> List.of();
    };
  }

  /** The file that has to have an entry of the same name, if there is one. */
  Optional<AccountFile> primary() {
    return switch (this) {
      case GROUP, PASSWD -> Optional.empty();
      case SHADOW, SUBUID, SUBGID -> Optional.of(PASSWD);
      case GSHADOW -> Optional.of(GROUP);
    };
  }

  /** The numbers that a line claims for its name. */
  Optional<IdRange> numbers(List<String> values) {
    return switch (this) {
      case GROUP, PASSWD -> IdRange.of(values.get(2), "1");
      case SUBUID, SUBGID -> IdRange.of(values.get(1), values.get(2));
      case SHADOW, GSHADOW -> Optional.empty();
    };
  }
}

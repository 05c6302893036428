package io.github.containersnap.harness.property;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A change that the harness makes to a directory of a machine, as its owner would. Paths are
 * relative to that directory; texts are UTF-8.
 */
public sealed interface LocalChange {
  /** The path that it is about. */
  String path();

  /**
   * Mode, owner and extended attributes of a file.
   *
   * @param mode the permission bits; with an access control list, its mask in place of the group's
   * @param extended extended attributes by name, their values in lower-case hexadecimal digits
   */
  record Attributes(int mode, int uid, int gid, SortedMap<String, String> extended) {
    public Attributes {
      extended = new TreeMap<>(extended);
    }

    /** Of root, without extended attributes. */
    public static Attributes ofRoot(int mode) {
      return new Attributes(mode, 0, 0, new TreeMap<>());
    }
  }

  /** A new file; what else lay there, and all below it, is removed. */
  record WriteFile(String path, String text, Attributes attributes) implements LocalChange {}

  /** Another content of a regular file that is there; its attributes stay. */
  record EditFile(String path, String text) implements LocalChange {}

  /** Another mode of a file that is there. */
  record SetMode(String path, int mode) implements LocalChange {}

  /** Another owner of a file that is there. */
  record SetOwner(String path, int uid, int gid) implements LocalChange {}

  /** One more, or another, extended attribute of a file that is there. */
  record SetAttribute(String path, String name, String value) implements LocalChange {}

  /** A file less, with all below it. */
  record Delete(String path) implements LocalChange {}

  /** A new symbolic link; what else lay there, and all below it, is removed. */
  record MakeSymlink(String path, String target) implements LocalChange {}

  /** A new directory; what else lay there is removed. */
  record MakeDirectory(String path, Attributes attributes) implements LocalChange {}

  /** A new btrfs subvolume, of root with mode 0755: to a reader, a directory. */
  record MakeSubvolume(String path) implements LocalChange {}

  /** A further name of a file that is there. */
  record LinkFile(String path, String existing) implements LocalChange {}

  /**
   * An entry of an account file (passwd, shadow, subuid and so on), new or in place of the one with
   * the same name. If there is no such file, it is made with mode 0640 and holds only this.
   *
   * @param line the entry as one line without its end; its first field is the name
   */
  record SetEntry(String path, String line) implements LocalChange {
    String name() {
      return line.substring(0, line.indexOf(':'));
    }
  }

  /** A member more in the last field of an entry of group or gshadow that is there. */
  record JoinGroup(String path, String group, String user) implements LocalChange {}
}

package io.github.containersnap.engine.port;

import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The files of the system's btrfs. Nothing is durable before {@link Btrfs#commit} unless a method
 * says so.
 */
public interface SystemFiles {
  /** What the name of a file ends with while {@link #replaceDurably} is writing it. */
  String UNFINISHED = ".new";

  /** Where {@link #replaceDurably} writes, and a crash within it leaves, the new text of a file. */
  static Path unfinished(Path file) {
    return file.resolveSibling(file.getFileName() + UNFINISHED);
  }

  /** Removes what a crash within {@link #replaceDurably} has left beside {@code file}. */
  static void removeUnfinished(SystemFiles files, Path file) {
    if (files.exists(unfinished(file))) {
      files.deleteTree(unfinished(file));
    }
  }

  /**
   * The file's text, or nothing where there is no such file; more than {@code limit} bytes fail.
   */
  Optional<String> read(Path file, int limit);

  /**
   * The bytes of a regular file, links not followed; nothing where there is no such file or it has
   * more than {@code limit} bytes.
   */
  Optional<byte[]> readBytes(Path file, int limit);

  /** The names in a directory, sorted; nothing where there is no such directory. */
  List<String> names(Path directory);

  /** Whether there is something at {@code path}, links not followed. */
  boolean exists(Path path);

  /** What lies at {@code path}, links not followed; nothing where there is nothing. */
  Optional<Seen> look(Path path);

  /** Whether {@code path} is a directory itself; a link to one is not. */
  boolean isDirectory(Path path);

  /** Makes a directory that is root's alone, and the missing ones above it. */
  void createDirectories(Path directory);

  /** Makes a directory, and the missing ones above it, that everybody may read, as /etc is. */
  void createReadableDirectories(Path directory);

  /**
   * Replaces a file whole, durably for the kernel: the new text is written beside it and synced,
   * then renamed over it, then the directory is synced. A crash leaves the old text or the new one,
   * and perhaps a file of that name with {@link #UNFINISHED} at its end. The boot loader may not
   * see it before a commit (DESIGN fact 3). A call that fails before the rename leaves the old text
   * and no unfinished file, unless the filesystem refuses to delete as well.
   */
  void replaceDurably(Path file, String text);

  /** Deletes a file, durably for the kernel; what is not there is no error. */
  void deleteDurably(Path file);

  /** Writes a new file, whole or not at all: a call that fails leaves no file. */
  void write(Path file, String text);

  /**
   * Makes a file that only takes up room, at least this much of data and of metadata; deleting it
   * and committing gives both back.
   */
  void reserve(Path file, Bytes data, Bytes metadata);

  /**
   * Makes an empty file with room set aside for what {@link #fill} writes, if it is not there. It
   * never fails: a filesystem that is full has none to give.
   */
  void setRoomAside(Path file, Bytes room);

  /**
   * Writes into a file that is there, from its beginning, without making it shorter; what room was
   * set aside is used first.
   */
  void fill(Path file, String text);

  /** Writes a new file, which nobody but its owner can read. */
  void write(Path file, byte[] content);

  /** Renames; {@code target} must not exist. */
  void rename(Path source, Path target);

  /** Renames onto {@code target}, replacing what is there in one step. */
  void renameOver(Path source, Path target);

  /**
   * Swaps what two names lead to, in one step: a crash leaves each name with the one or the other.
   * Fails where one of the two lies in a read-only subvolume.
   */
  void exchange(Path one, Path other);

  /** Reads a whole tree: content, types, modes, owners, extended attributes, links. */
  TreeManifest scan(Path root);

  /** Copies a directory's content and attributes onto another directory, sharing extents. */
  void copyTree(Path source, Path target);

  /**
   * Copies one file, link or empty directory with exactly its attributes, replacing what is there;
   * a directory onto a directory only takes over the attributes.
   */
  void copyEntry(Path source, Path target);

  /** Gives a file, links not followed, exactly the mode, owner and attributes of {@code wanted}. */
  void setAttributes(Path file, TreeEntry wanted);

  /**
   * The flags that chattr(1) sets, of all regular files and directories below {@code root} that
   * have any, by their paths as in a {@link TreeManifest}; {@code root} itself is left out.
   */
  default SortedMap<String, Integer> inodeFlags(Path root) {
    return Collections.emptySortedMap();
  }

  /** Gives a regular file or a directory exactly these flags; see {@link #inodeFlags}. */
  default void setInodeFlags(Path file, int flags) {
    throw new UnsupportedOperationException("this world has no inode flags");
  }

  /** Gives the file at {@code existing}, links not followed, a further name. */
  void link(Path existing, Path name);

  /** Deletes a file or a directory with all below it, links not followed. */
  void deleteTree(Path path);

  /** Deletes all that a directory holds, also what chattr(1) protects; the directory stays. */
  default void deleteContents(Path directory) {
    names(directory).forEach(name -> deleteTree(directory.resolve(name)));
  }

  /**
   * Makes what {@code name} holds the only content of {@code directory}: its files move up, with
   * its attributes; all else is deleted, also what chattr(1) protects. A crash leaves any part of
   * it undone.
   *
   * @param directory the root of a subvolume without others nested in it
   * @param name a directory in it
   */
  default void keepOnly(Path directory, String name) {
    throw new UnsupportedOperationException("this world makes no subvolumes of directories");
  }

  /**
   * What lstat(2) says of a file.
   *
   * @param kind its type
   * @param mode the permission bits, 07777
   * @param size of a regular file in bytes, 0 for every other kind
   * @param linkTarget what a symbolic link says, "" for every other kind
   */
  record Seen(FileKind kind, int mode, long size, String linkTarget) {}
}

package io.github.containersnap.adapter.linux;

import io.github.containersnap.linux.InodeFlags;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * What a directory holds. Names are never made text: they may be any bytes.
 *
 * @param directory the directory; links are not followed
 */
record DirectoryContents(Path directory) {
  /** Where the kept content is while all else is deleted: no name of a root. */
  private static final String KEPT = ".container-snap-kept";

  private static final int PROTECTING = InodeFlags.IMMUTABLE | InodeFlags.APPEND_ONLY;

  static DirectoryContents of(Path directory) {
    return new DirectoryContents(directory);
  }

  /** Deletes it all, also what chattr(1) protects. */
  void delete() throws IOException {
    for (Path child : children()) {
      deleteTree(child);
    }
  }

  /** Deletes all but {@code name}, whose content then moves up, with its attributes and flags. */
  void keepOnly(String name) throws IOException {
    Path kept = directory.resolve(KEPT);
    int flags = InodeFlags.of(directory.resolve(name));
    unprotect(directory.resolve(name));
    Files.move(directory.resolve(name), kept, StandardCopyOption.ATOMIC_MOVE);
    for (Path child : children()) {
      if (!child.equals(kept)) {
        deleteTree(child);
      }
    }
    for (Path child : of(kept).children()) {
      move(child, directory.resolve(child.getFileName()));
    }
    FileAttributes.of(kept).applyTo(directory);
    Files.setLastModifiedTime(directory, Files.getLastModifiedTime(kept));
    Files.delete(kept);
    InodeFlags.set(directory, flags);
  }

  /** What is immutable is not renamed either. */
  private static void move(Path source, Path target) throws IOException {
    int flags = canHaveFlags(source) ? InodeFlags.of(source) : 0;
    boolean isProtected = (flags & PROTECTING) != 0;
    if (isProtected) {
      InodeFlags.set(source, flags & ~PROTECTING);
    }
    Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
    if (isProtected) {
      InodeFlags.set(target, flags);
    }
  }

  private List<Path> children() throws IOException {
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      List<Path> all = new ArrayList<>();
      stream.forEach(all::add);
      return all;
    } catch (DirectoryIteratorException e) {
      throw new IOException("cannot list " + directory, e.getCause());
    }
  }

  private static void deleteTree(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      of(path).delete();
    }
    try {
      Files.delete(path);
    } catch (FileSystemException refused) {
      unprotect(path.resolveSibling(".").normalize());
      unprotect(path);
      Files.delete(path);
    }
  }

  /** Takes the flags that keep a file from going, or a directory from losing one. */
  private static void unprotect(Path path) throws IOException {
    if (canHaveFlags(path)) {
      InodeFlags.set(path, InodeFlags.of(path) & ~PROTECTING);
    }
  }

  private static boolean canHaveFlags(Path path) {
    return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
        || Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
  }
}

package io.github.containersnap.linux;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Removes directory trees. A symbolic link goes itself, never what it leads to. */
public final class TreeDeletion {
  private TreeDeletion() {}

  /**
   * Removes a tree, or a single file. That there is none is no error.
   *
   * @throws IOException if a part of it stays; other parts may be gone then
   */
  public static void remove(Path tree) throws IOException {
    if (Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
      Files.walkFileTree(tree, new Removal());
    }
  }

  /**
   * Removes a tree as {@link #remove} does, unless something is mounted on it or below it: what is
   * mounted belongs to others.
   *
   * @throws IOException also if something is mounted there; nothing is removed then
   */
  public static void removeUnlessMounted(Path tree) throws IOException {
    if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    requireNothingMounted(tree.toRealPath(), MountTable.own());
    remove(tree);
  }

  static void requireNothingMounted(Path tree, MountTable table) throws IOException {
    List<MountInfo> mounts = table.atOrBelow(tree);
    if (!mounts.isEmpty()) {
      throw new IOException(
          "%s is not removed: something is mounted at %s; unmount it first"
              .formatted(tree, mounts.getLast().at()));
    }
  }

  /** Another process may remove the same tree at the same time. */
  private static final class Removal extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      Files.deleteIfExists(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}

package io.github.containersnap.vm.images.cache;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Directory trees, removed without ever leaving them. */
public final class TreeDeletion {
  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

  private TreeDeletion() {}

  /**
   * Removes {@code tree}, if there is one, without following links.
   *
   * @throws IOException if something is mounted below it: what is mounted there is not ours
   */
  public static void remove(Path tree) throws IOException {
    if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    requireNothingMountedBelow(tree.toRealPath());
    Files.walkFileTree(tree, new Removal());
  }

  private static void requireNothingMountedBelow(Path tree) throws IOException {
    for (String line : Files.readAllLines(MOUNTS)) {
      // proc(5): the fifth field is the mount point, with blanks as octal escapes.
      String mountPoint = line.split(" ", 6)[4].replace("\\040", " ");
      if (Path.of(mountPoint).startsWith(tree)) {
        throw new IOException(
            "%s is not removed: something is mounted at %s; unmount it first"
                .formatted(tree, mountPoint));
      }
    }
  }

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

package io.github.containersnap.vm.images.cache;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The list of an entry's files and sizes, kept inside it. It tells an entry from one that somebody
 * began to delete. It does not look at contents: what makes an entry whole is the rename.
 */
final class CacheEntrySeal {
  private static final String NAME = ".complete";

  private CacheEntrySeal() {}

  static void set(Path entry) throws IOException {
    Files.write(entry.resolve(NAME), contents(entry));
  }

  static boolean holds(Path entry) {
    Path seal = entry.resolve(NAME);
    try {
      return Files.isRegularFile(seal) && Files.readAllLines(seal).equals(contents(entry));
    } catch (IOException | UncheckedIOException e) {
      return false; // being deleted under our eyes, or unreadable: to be made again either way
    }
  }

  private static List<String> contents(Path entry) throws IOException {
    try (Stream<Path> all = Files.walk(entry)) {
      return all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
          .filter(file -> !file.equals(entry.resolve(NAME)))
          .map(file -> entry.relativize(file) + " " + size(file))
          .sorted()
          .toList();
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.github.containersnap.adapter;

import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.tree.Kind;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where a system's fstab(5) has something mounted.
 *
 * @param mountPoints as the file names them
 */
record Fstab(Set<String> mountPoints) {
  private static final int LARGEST_FILE = 256 * 1024;

  /** The fstab at {@code file}; where there is none, or a link, it mounts nothing. */
  static Fstab read(SystemFiles files, Path file) {
    return files
        .look(file)
        .filter(seen -> seen.kind() == Kind.FILE && seen.size() <= LARGEST_FILE)
        .flatMap(_ -> files.read(file, LARGEST_FILE))
        .map(Fstab::parse)
        .orElse(new Fstab(Set.of()));
  }

  private static Fstab parse(String text) {
    return new Fstab(
        text.lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
            .map(line -> line.split("\\s+", 3))
            .filter(fields -> fields.length > 1)
            .map(fields -> fields[1])
            .collect(Collectors.toUnmodifiableSet()));
  }

  boolean mounts(String directory) {
    return mountPoints.contains(directory);
  }
}

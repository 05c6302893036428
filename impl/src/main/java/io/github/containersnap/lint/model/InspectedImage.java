package io.github.containersnap.lint.model;

import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * The image that is looked at.
 *
 * @param tree its root filesystem
 * @param files what its small files in /etc, and its os-release, say
 * @param os the operating system that it says it is for, in Go's words, or ""
 * @param architecture what it says it is for, in Go's words, or ""
 * @param wantedArchitecture what it is meant for
 */
public record InspectedImage(
    TreeManifest tree,
    SmallFiles files,
    String os,
    String architecture,
    String wantedArchitecture) {

  /** The paths of all entries of which {@code fault} is true, in order. */
  public List<String> paths(BiPredicate<String, TreeEntry> fault) {
    return tree.entries().entrySet().stream()
        .filter(entry -> fault.test(entry.getKey(), entry.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Whether {@code path} leads to something. */
  public boolean has(String path) {
    return tree.resolve(path).isPresent();
  }

  /** What the regular file says that {@code path} leads to. */
  public Optional<String> text(String path) {
    return tree.resolve(path)
        .filter(found -> tree.get(found).filter(entry -> entry.kind() == FileKind.FILE).isPresent())
        .flatMap(files::text);
  }

  /** Whether its init is systemd, as far as can be told. */
  public boolean hasSystemd() {
    return has("usr/lib/systemd/systemd") || has("lib/systemd/systemd");
  }

  /** Whether {@code path} is {@code directory} or below it. */
  public static boolean isWithin(String directory, String path) {
    return path.equals(directory) || path.startsWith(directory + "/");
  }

  /** Whether {@code path} is in one of {@code directories}. */
  public static boolean isWithin(List<String> directories, String path) {
    return directories.stream().anyMatch(directory -> isWithin(directory, path));
  }
}

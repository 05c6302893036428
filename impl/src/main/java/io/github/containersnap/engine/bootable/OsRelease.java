package io.github.containersnap.engine.bootable;

import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.tree.TreeManifest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** A system's os-release(5). */
public final class OsRelease {
  /** How many bytes it may have. */
  static final int LARGEST = 64 * 1024;

  private static final int LONGEST_NAME = 80;

  private final SystemFiles files;
  private final Path root;
  private final BootTree tree;

  /** The one of a system whose tree is {@code tree}, and which lies at {@code root}. */
  public OsRelease(SystemFiles files, Path root, BootTree tree) {
    this.files = files;
    this.root = root;
    this.tree = tree;
  }

  /** Where it lies in a tree, if there is one: os-release(5) has two places, the first wins. */
  static Optional<String> in(BootTree tree) {
    return Stream.of("etc/os-release", "usr/lib/os-release")
        .map(tree::resolve)
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** The system's name for people, with nothing in it that a boot menu could trip over. */
  public String prettyName() {
    return in(tree)
        .flatMap(path -> files.read(TreeManifest.locate(root, path), LARGEST))
        .flatMap(text -> value(text, "PRETTY_NAME"))
        .orElse("Linux");
  }

  /**
   * The version of the system in {@code tree}: its IMAGE_VERSION, else its VERSION, else its
   * VERSION_ID; empty if it has none, or no os-release of a usable size.
   */
  public static Optional<String> version(LiveTree tree) {
    return in(tree)
        .flatMap(path -> tree.read(path, LARGEST))
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .flatMap(
            text ->
                Stream.of("IMAGE_VERSION", "VERSION", "VERSION_ID")
                    .flatMap(key -> value(text, key).stream())
                    .findFirst());
  }

  private static Optional<String> value(String text, String key) {
    String start = key + "=";
    return Stream.of(text.split("\n", -1))
        .filter(line -> line.startsWith(start))
        .findFirst()
        .map(line -> line.substring(start.length()).replaceAll("[^A-Za-z0-9 ._/+:-]", "").strip())
        .map(value -> value.substring(0, Math.min(value.length(), LONGEST_NAME)))
        .filter(value -> !value.isEmpty());
  }
}

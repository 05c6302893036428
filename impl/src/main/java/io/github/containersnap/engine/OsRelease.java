package io.github.containersnap.engine;

import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.engine.port.SystemFiles;
import java.util.Optional;
import java.util.stream.Stream;

/** An image's os-release(5). */
final class OsRelease {
  private static final int LARGEST = 64 * 1024;
  private static final int LONGEST_NAME = 80;
  private static final String KEY = "PRETTY_NAME=";

  private final SystemFiles files;
  private final ImageStore.Proven image;

  OsRelease(SystemFiles files, ImageStore.Proven image) {
    this.files = files;
    this.image = image;
  }

  /** The system's name for people, with nothing in it that a boot menu could trip over. */
  String prettyName() {
    return Stream.of("etc/os-release", "usr/lib/os-release")
        .map(image.tree()::resolve)
        .flatMap(Optional::stream)
        .findFirst()
        .flatMap(path -> files.read(image.directory().resolve(path), LARGEST))
        .flatMap(text -> text.lines().filter(line -> line.startsWith(KEY)).findFirst())
        .map(line -> line.substring(KEY.length()).replaceAll("[^A-Za-z0-9 ._/+:-]", "").strip())
        .map(name -> name.substring(0, Math.min(name.length(), LONGEST_NAME)))
        .filter(name -> !name.isEmpty())
        .orElse("Linux");
  }
}

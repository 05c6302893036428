package io.github.containersnap.engine.bootable;

import java.util.List;
import java.util.stream.Stream;

/**
 * Where an fstab(5) has something mounted.
 *
 * @param mountPoints as the file names them, in its order
 */
public record Fstab(List<String> mountPoints) {
  public Fstab {
    mountPoints = List.copyOf(mountPoints);
  }

  /** Reads the file's text; a line that is no entry says nothing. */
  public static Fstab of(String text) {
    return new Fstab(
        Stream.of(text.split("\n", -1)) // and at no other character: see fstab(5)
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
            .map(line -> line.split("\\s+", 3))
            .filter(fields -> fields.length > 1)
            .map(fields -> fields[1])
            .toList());
  }

  /** Whether it names {@code directory}, in exactly these letters. */
  public boolean mounts(String directory) {
    return mountPoints.contains(directory);
  }
}

package io.github.containersnap.harness.view;

import java.util.Optional;

/** A directory tree that can be compared; a world may compare as cheaply as it can. */
public interface Tree {
  /**
   * The first difference from {@code expected} as a sentence part, or nothing if both are equal.
   */
  Optional<String> differenceFrom(Tree expected);

  /** SHA-256 of the regular file at a path, in lower-case digits; nothing if there is none. */
  Optional<String> sha256(String path);
}

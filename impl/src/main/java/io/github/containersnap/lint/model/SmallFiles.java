package io.github.containersnap.lint.model;

import java.util.Optional;

/** What small files of an image say. */
@FunctionalInterface
public interface SmallFiles {
  /**
   * The text of the file at {@code path}, which is none of a link.
   *
   * @return empty if there is no such file, or if it is too large to be a configuration file
   */
  Optional<String> text(String path);
}

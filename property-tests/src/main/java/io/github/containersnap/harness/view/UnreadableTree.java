package io.github.containersnap.harness.view;

import java.util.Optional;

/**
 * A tree that is there and cannot be read.
 *
 * @param why as a sentence part
 */
public record UnreadableTree(String why) implements Tree {
  @Override
  public Optional<String> differenceFrom(Tree expected) {
    return Optional.of("a file cannot be read: " + why);
  }

  @Override
  public Optional<String> sha256(String path) {
    return Optional.empty();
  }
}

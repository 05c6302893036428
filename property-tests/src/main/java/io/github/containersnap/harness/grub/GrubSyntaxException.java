package io.github.containersnap.harness.grub;

/** A script holds something that this interpreter does not know. */
public final class GrubSyntaxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  GrubSyntaxException(int line, String word, String why) {
    super("line %d: '%s': %s".formatted(line, word, why));
  }
}

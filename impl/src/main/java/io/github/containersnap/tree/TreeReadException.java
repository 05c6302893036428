package io.github.containersnap.tree;

import java.io.IOException;
import java.nio.file.Path;

/** A file of a tree could not be read; nothing is known of the tree then. */
public final class TreeReadException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String file;

  TreeReadException(Path file, IOException cause) {
    super("%s could not be read: %s".formatted(file, reason(cause)), cause);
    this.file = file.toString();
  }

  private static String reason(IOException cause) {
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  /** The file that could not be read. */
  public String file() {
    return file;
  }
}

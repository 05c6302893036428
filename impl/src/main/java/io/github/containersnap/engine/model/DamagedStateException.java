package io.github.containersnap.engine.model;

import java.nio.file.Path;

/** A file of the engine's own does not read as the engine wrote it. */
public final class DamagedStateException extends UpdateException {
  private static final long serialVersionUID = 1L;

  /** {@code file} is damaged: {@code what}, a sentence part such as "it names no deployment". */
  public DamagedStateException(Path file, String what) {
    super(
        "%s is damaged: %s.".formatted(file, what),
        "Nothing was changed. Look at the file; `container-snap switch ID` writes a new boot"
            + " menu.");
  }
}

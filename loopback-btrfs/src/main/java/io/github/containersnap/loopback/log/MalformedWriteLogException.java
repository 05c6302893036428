package io.github.containersnap.loopback.log;

import java.nio.file.Path;

/** A write log that cannot be what the recorder wrote. */
public final class MalformedWriteLogException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MalformedWriteLogException(Path file, long position, String fault) {
    super(
        ("%s, byte %d: %s. No crash state can be made from this log; record the run again, and"
                + " keep the file for a bug report if it happens twice.")
            .formatted(file, position, fault));
  }
}

package io.github.containersnap.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The room that an image may take up in a directory.
 *
 * @param directory where it goes
 */
record FreeSpace(Path directory) {
  /** Left free, so that the machine stays usable: 64 MiB. */
  private static final long RESERVE = 64L << 20;

  private static final long MIB = 1L << 20;

  /** Bytes that may be written. */
  long available() {
    return Math.max(0, inAll() - RESERVE);
  }

  /** Bytes that are free. */
  long inAll() {
    try {
      return Files.getFileStore(directory).getUsableSpace();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look at the free space of " + directory, e);
    }
  }

  /**
   * Refuses before anything is written.
   *
   * @throws RefusedSourceException if {@code bytes} do not fit
   */
  void require(long bytes) throws RefusedSourceException {
    if (bytes > available()) {
      throw new RefusedSourceException(
          "it takes up to %,d MiB in %s, where %,d MiB can be used"
              .formatted(bytes / MIB + 1, directory, available() / MIB));
    }
  }
}

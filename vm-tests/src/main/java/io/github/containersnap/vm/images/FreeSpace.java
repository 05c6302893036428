package io.github.containersnap.vm.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The room that an image may take up in a directory.
 *
 * @param typed what the user calls the image
 * @param directory where it goes
 */
record FreeSpace(String typed, Path directory) {
  /** Left free, so that the machine stays usable: 256 MiB. */
  private static final long RESERVE = 256L << 20;

  private static final long MIB = 1L << 20;

  /** Bytes that may be written. */
  long available() throws IOException {
    return Math.max(0, Files.getFileStore(directory).getUsableSpace() - RESERVE);
  }

  /**
   * Refuses before anything is written.
   *
   * @throws ImageInputException if {@code bytes} do not fit
   */
  void require(long bytes) throws IOException {
    if (bytes > available()) {
      throw new ImageInputException(
          typed,
          "is too large to unpack: it takes up to %,d MiB in %s, where %,d MiB can be used."
              .formatted(bytes / MIB + 1, directory, available() / MIB));
    }
  }
}

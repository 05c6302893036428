package io.github.containersnap.linux;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The names in a directory, which a filesystem may write long after its files. */
public final class DirectoryNames {
  private DirectoryNames() {}

  /**
   * Makes the names in {@code directory} durable (fsync(2) of the directory): files that were made
   * or renamed there, or deleted, are so after a power cut too.
   *
   * @throws IOException if the kernel refuses or cannot write
   */
  public static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}

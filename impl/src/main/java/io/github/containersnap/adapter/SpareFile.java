package io.github.containersnap.adapter;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.ExternalCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * An empty file with room set aside. On a btrfs whose data space is full not one byte can be
 * written to an ordinary new file, however small; into room set aside it can.
 *
 * @param file where it lies, beside the file whose content it will be
 */
record SpareFile(Path file) {
  private static final int ROOM_BYTES = 16 * 1024;

  /**
   * Sets the room aside, if it is not. A filesystem that is full has none to give; what is replaced
   * next frees some.
   */
  void provide() {
    try {
      if (!Files.exists(file)) {
        Files.createFile(file);
      }
      ExternalCommand.of("fallocate", "--keep-size", "--length", ROOM_BYTES, file).run();
    } catch (IOException | CommandFailedException full) {
      // It is then not there, or without room, and a write into it fails as into any other file.
      // What called for it has succeeded: this must not make a failure of that.
    }
  }

  /** Whether it is there, empty as it was made, with room for {@code text}. */
  boolean canTake(String text) {
    try {
      return Files.exists(file) && Files.size(file) == 0 && bytes(text).remaining() <= ROOM_BYTES;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look at " + file, e);
    }
  }

  /**
   * Writes the text of a file that was this spare file, and whose name is {@code target} by now.
   */
  static void fill(Path target, String text) {
    try (FileChannel channel = FileChannel.open(target, StandardOpenOption.WRITE)) {
      // In one call: the second write to a block that has been written is an ordinary one again.
      ByteBuffer bytes = bytes(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write %s: %s".formatted(target, e.getMessage()), e);
    }
  }

  private static ByteBuffer bytes(String text) {
    return StandardCharsets.UTF_8.encode(text);
  }
}

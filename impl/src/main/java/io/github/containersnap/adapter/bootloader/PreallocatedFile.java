package io.github.containersnap.adapter.bootloader;

import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.tree.FileKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * An empty file with room set aside. On a btrfs whose data space is full not one byte can be
 * written to an ordinary new file, however small; into room set aside it can.
 *
 * @param files the filesystem it lies on
 * @param file where it lies, beside the file whose content it will be
 */
record PreallocatedFile(SystemFiles files, Path file) {
  private static final Bytes ROOM = new Bytes(16 * 1024);

  /**
   * Sets the room aside, if it is not. A filesystem that is full has none to give; what is replaced
   * next frees some.
   */
  void provide() {
    files.setRoomAside(file, ROOM);
  }

  /** Whether it is there, empty as it was made, with room for {@code text}. */
  boolean canTake(String text) {
    return files
            .look(file)
            .filter(seen -> seen.kind() == FileKind.FILE && seen.size() == 0)
            .isPresent()
        && text.getBytes(StandardCharsets.UTF_8).length <= ROOM.count();
  }
}

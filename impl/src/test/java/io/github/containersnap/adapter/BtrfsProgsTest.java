package io.github.containersnap.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BtrfsProgsTest {
  private final BtrfsProgs btrfs = new BtrfsProgs();

  @Test
  void what_is_nested_in_a_subvolume_goes_with_it_and_nothing_else(@TempDir Path directory)
      throws IOException {
    try (BtrfsOnLoop filesystem = new BtrfsOnLoop(directory)) {
      Path etc = filesystem.directory().resolve("etc");
      Path other = filesystem.directory().resolve("other");
      btrfs.createSubvolume(etc);
      btrfs.createSubvolume(other);
      Files.createDirectory(etc.resolve("plain"));
      btrfs.createSubvolume(etc.resolve("plain/outer"));
      btrfs.createSubvolume(etc.resolve("plain/outer/inner"));
      Files.writeString(etc.resolve("plain/outer/inner/file"), "x");
      btrfs.setReadOnly(etc.resolve("plain/outer"), true);
      Files.createSymbolicLink(etc.resolve("link"), other);

      btrfs.deleteSubvolume(etc);

      assertThat(etc).doesNotExist();
      assertThat(btrfs.isSubvolume(other)).isTrue();
    }
  }
}
